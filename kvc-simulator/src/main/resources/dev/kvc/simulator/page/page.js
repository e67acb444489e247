// A button for each curve hides it and shows it again; without scripts all are shown.
for (const button of document.querySelectorAll('button[data-policy]')) {
  button.addEventListener('click', () => {
    const show = button.getAttribute('aria-pressed') === 'false';
    button.setAttribute('aria-pressed', String(show));
    const section = button.closest('section');
    for (const curve of section.querySelectorAll('g[data-policy], tr[data-policy]')) {
      if (curve.dataset.policy === button.dataset.policy) {
        curve.style.display = show ? '' : 'none';
      }
    }
  });
}
