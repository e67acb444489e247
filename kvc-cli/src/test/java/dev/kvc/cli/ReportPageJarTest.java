package dev.kvc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.format.KvcKey;
import dev.kvc.format.SaveReason;
import dev.kvc.store.DataSize;
import dev.kvc.store.KvStore;
import dev.kvc.store.SnapshotDraft;
import dev.kvc.store.fs.FileSystemKvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page of {@code kvc report} in a real browser. Skipped where there is none, unless {@code KVC_REQUIRE_BROWSER} is
 * set, as it is where changes are checked. {@code -Dkvc.report.pictures=DIR} keeps what it looks like.
 */
class ReportPageJarTest {
    private static final String SYSTEM = "You are a coding assistant. Answer briefly. ";
    private static final List<String> HOSTILE = List.of(
            "<script>document.title='owned'</script>",
            "</title></svg><img src=x onerror=document.title='owned'>",
            "\"><svg onload=\"document.title='owned'\">",
            "]]></style><style>body{display:none}</style>",
            "' onfocus='document.title=1' {{constructor}} ${document.title} \u2028 \u202e \u0000 %s %n");

    @TempDir
    private static Path scratch;

    private static Browser browser;
    private static Path plain;
    private static Path withTexts;

    @BeforeAll
    static void openBrowser() throws IOException, InterruptedException {
        boolean required = "1".equals(System.getenv("KVC_REQUIRE_BROWSER"));
        Assumptions.assumeTrue(required || Browser.program().isPresent(), "Chromium opens the page, and is not here");
        Path directory = scratch.resolve("cache");
        fill(directory);
        plain = report(directory, "plain.html");
        withTexts = report(directory, "texts.html", "--texts");
        browser = new Browser(Browser.program().orElseThrow(), scratch.resolve("profile"));
    }

    @AfterAll
    static void closeBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    private static Path report(Path directory, String name, String... more) throws IOException {
        Path page = scratch.resolve(name);
        List<String> words = new ArrayList<>(List.of("report", "--out", page.toString()));
        words.addAll(List.of(more));
        Result result = KvcJar.in(directory).run(words.toArray(String[]::new));
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return page;
    }

    /** Sessions of two months that share two system prompts; and texts that attack the page. */
    private static void fill(Path directory) throws IOException {
        Random random = new Random(20261126);
        Instant now = Instant.now();
        for (int session = 0; session < 40; session++) {
            Instant then = now.minus(Duration.ofMinutes((long) (Math.pow(random.nextDouble(), 4) * 60 * 24 * 60)));
            try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                    .budget(DataSize.ofMebibytes(512))
                    .clock(InstantSource.fixed(then))
                    .open()) {
                converse(store, SYSTEM.repeat(session % 3 == 0 ? 4 : 9), session, random);
            }
        }
        try (FileSystemKvStore store = FileSystemKvStore.builder(directory)
                .budget(DataSize.ofMebibytes(512))
                .open()) {
            for (String text : HOSTILE) {
                save(store, text, 900 << 10);
            }
        }
    }

    private static void converse(KvStore store, String system, int session, Random random) throws IOException {
        save(store, system, 300 << 10);
        String text = system + "Session " + session + ". ";
        int turns = 1 + random.nextInt(6);
        for (int turn = 0; turn < turns; turn++) {
            store.load(KvcKey.of(turn == 0 ? system : text)).orElseThrow().close();
            text = text + "Turn " + turn + (random.nextInt(4) == 0 ? " is long. ".repeat(400) : ". ");
            save(store, text, (100 << 10) + random.nextInt(1 << 20));
        }
    }

    private static void save(KvStore store, String text, int payloadBytes) throws IOException {
        if (store.contains(KvcKey.of(text))) {
            return;
        }
        byte[] payload = new byte[payloadBytes];
        store.save(SnapshotDraft.builder()
                .text(text)
                .payload(payload)
                .tokenCount(text.length() / 4)
                .contextSize(32768)
                .quantBits(4)
                .saveReason(SaveReason.CONTINUED)
                .build());
    }

    private static void keepPicture(String name) throws IOException, InterruptedException {
        String pictures = System.getProperty("kvc.report.pictures");
        if (pictures != null) {
            Files.createDirectories(Path.of(pictures));
            Files.write(Path.of(pictures, name + ".png"), browser.picture());
        }
    }

    @ParameterizedTest
    @CsvSource({"900, light", "900, dark", "360, light", "360, dark"})
    void pageFitsItsScreenAsksForNothingAndComplainsOfNothing(int width, String scheme) throws Exception {
        browser.open(plain, width, scheme);
        assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo("true");
        keepPicture(width + "-" + scheme);
        assertThat(browser.requests()).containsExactly(plain.toUri().toString());
        assertThat(browser.complaints()).isEmpty();
        assertThat(Integer.parseInt(browser.evaluate("document.querySelectorAll('.icicle [role=treeitem]').length")))
                .isGreaterThan(20);
        assertThat(browser.evaluate("Math.min(...[...document.querySelectorAll('svg text, td, th, p')]"
                        + ".map(e => parseFloat(getComputedStyle(e).fontSize)))"))
                .as("smallest letters")
                .isIn("12", "12.8");
    }

    @Test
    void darkModeIsDark() throws Exception {
        String luminance = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3)"
                + ".reduce((sum, each) => sum + Number(each), 0)";
        browser.open(plain, 900, "light");
        assertThat(Integer.parseInt(browser.evaluate(luminance))).isGreaterThan(600);
        browser.open(plain, 900, "dark");
        assertThat(Integer.parseInt(browser.evaluate(luminance))).isLessThan(100);
    }

    private static String focus(String property) throws IOException, InterruptedException {
        return browser.evaluate("document.activeElement." + property);
    }

    private static void tabTo(String selector) throws IOException, InterruptedException {
        for (int i = 0; i < 30; i++) {
            browser.press("Tab");
            if (focus("matches('" + selector + "')").equals("true")) {
                return;
            }
        }
        throw new AssertionError("Tab does not reach " + selector);
    }

    @Test
    void treeIsOneTabStopInWhichArrowsMoveAndAreTold() throws Exception {
        browser.open(plain, 900, "light");
        tabTo(".icicle [role=treeitem]");
        assertThat(focus("getAttribute('aria-level')")).isEqualTo("1");
        String root = browser.evaluate("document.querySelector('.told').textContent");
        assertThat(root).contains(" tokens, ").contains("last used");
        browser.press("ArrowDown");
        assertThat(focus("getAttribute('aria-level')")).isEqualTo("2");
        assertThat(browser.evaluate("document.querySelector('.told').textContent"))
                .isNotEqualTo(root)
                .contains(" tokens, ");
        assertThat(browser.evaluate("getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth"))
                .as("what is focused is seen")
                .isEqualTo("5px");
        String child = focus("querySelector('title').textContent");
        browser.press("ArrowRight");
        assertThat(focus("querySelector('title').textContent")).isNotEqualTo(child);
        browser.press("ArrowLeft");
        assertThat(focus("querySelector('title').textContent")).isEqualTo(child);
        browser.press("ArrowUp");
        assertThat(browser.evaluate("document.querySelector('.told').textContent"))
                .isEqualTo(root);
    }

    @ParameterizedTest
    @ValueSource(strings = {".bubbles circle", "details summary", ".wide", "pre"})
    void everythingIsReachedByKeyboard(String selector) throws Exception {
        browser.open(plain, 360, "light");
        tabTo(selector);
    }

    @Test
    void hostileTextsAreShownAndDoNothing() throws Exception {
        browser.open(withTexts, 900, "light");
        keepPicture("texts");
        assertThat(browser.evaluate("document.title")).startsWith("KVC: ");
        assertThat(browser.requests()).hasSize(1);
        assertThat(browser.complaints()).as("nothing even had to be blocked").isEmpty();
        assertThat(browser.evaluate(
                        "document.querySelectorAll('script, img, iframe, object, [onload], [onerror]').length"))
                .isEqualTo("1");
        assertThat(browser.evaluate("getComputedStyle(document.body).display")).isEqualTo("block");
        String all = browser.evaluate("document.body.textContent");
        for (String text : HOSTILE.subList(0, 4)) {
            assertThat(all.contains(text.replace("\"", "\\\""))).as(text).isTrue();
        }
        assertThat(all.contains("\\u{202e}")).isTrue();
        assertThat(all.contains("\u202e") || all.contains("\u0000")).isFalse();
    }

    @Test
    void scriptThatGotIntoThePageWouldNotRun() throws Exception {
        Path page = scratch.resolve("tampered.html");
        Files.writeString(
                page,
                Files.readString(plain)
                        .replace(
                                "<main>",
                                "<main><script>document.title='owned'</script>"
                                        + "<img src=\"http://localhost:9/x\" onerror=\"document.title='owned'\">"));
        browser.open(page, 900, "light");
        assertThat(browser.evaluate("document.title")).startsWith("KVC: ");
        assertThat(browser.complaints()).isNotEmpty();
    }
}
