// Each chart is one stop of the Tab key; arrow keys move within it, and what is reached is told below the chart.
for (const chart of document.querySelectorAll('[data-marks]')) {
  const marks = [...chart.querySelectorAll('[tabindex]')];
  const told = chart.closest('section').querySelector('.told');
  const level = mark => Number(mark.getAttribute('aria-level') || 1);
  let current = marks[0];
  const tell = mark => { told.textContent = mark.querySelector('title').textContent; };
  const go = mark => {
    if (mark) {
      current.setAttribute('tabindex', '-1');
      current = mark;
      current.setAttribute('tabindex', '0');
      current.focus();
      tell(current);
    }
  };
  // Marks stand in the order of a walk through the tree: a child follows its parent.
  const search = (step, found) => {
    for (let i = marks.indexOf(current) + step; i >= 0 && i < marks.length; i += step) {
      if (found(level(marks[i]))) {
        return marks[i];
      }
    }
    return null;
  };
  const moves = {
    ArrowRight: () => search(1, other => other === level(current)),
    ArrowLeft: () => search(-1, other => other === level(current)),
    ArrowUp: () => search(-1, other => other < level(current)),
    ArrowDown: () => {
      const next = marks[marks.indexOf(current) + 1];
      return next && level(next) > level(current) ? next : null;
    },
    Home: () => marks[0],
    End: () => marks[marks.length - 1],
  };
  chart.addEventListener('keydown', event => {
    if (Object.hasOwn(moves, event.key)) {
      event.preventDefault();
      go(moves[event.key]());
    }
  });
  chart.addEventListener('click', event => go(event.target.closest('[tabindex]')));
  chart.addEventListener('focusin', event => tell(event.target));
}
