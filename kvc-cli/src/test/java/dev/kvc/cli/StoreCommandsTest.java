package dev.kvc.cli;

import static dev.kvc.cli.Directories.draft;
import static dev.kvc.cli.RemoteKind.BEGINNING;
import static dev.kvc.cli.RemoteKind.LONGER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on stores over a network, in this process: what is looked at stays, and what is not a directory. */
class StoreCommandsTest {
    private static final String NOWHERE = "redis://127.0.0.1:1";
    private static final String UNVERIFIED = "e057edaff3887da66792716cb284db131cc70d80.kv";

    @TempDir
    private Path scratch;

    private final String prefix = RemoteKind.newPrefix();
    private final Commands kvc = new Commands(InstantSource.system());

    private void use(RemoteKind kind) {
        kvc.in(Map.of("KVC_STORE", kind.uri(prefix)));
    }

    private void fill(RemoteKind kind) throws IOException {
        kind.fill(prefix);
        use(kind);
    }

    private boolean isThere(RemoteKind kind, String text) throws IOException {
        try (KvStore store = KvStores.open(kind.uri(prefix))) {
            return store.contains(KvcKey.of(text));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsThereIsListedShownSummedUpAndFound(RemoteKind kind) throws IOException {
        fill(kind);
        assertThat(kvc.run("ls", "--sort", "size")).as(kvc.err()).isZero();
        assertThat(kvc.out().lines()).hasSize(4);
        assertThat(kvc.out().lines().toList().get(1))
                .startsWith(KvcKey.of(BEGINNING).hex());
        assertThat(kvc.out().lines().toList().get(3)).startsWith("llama/" + KvcKey.of(BEGINNING));
        kvc.run("show", KvcKey.of(LONGER).hex().substring(0, 6));
        assertThat(kvc.out())
                .startsWith("key          " + KvcKey.of(LONGER) + "\nfile         " + KvcKey.of(LONGER) + " in "
                        + (kind == RemoteKind.S3 ? "s3://bucket/" + prefix : "redis://127.0.0.1:"))
                .contains("hits         1\n")
                .contains("checksums    all hold")
                .contains("goes on from  " + KvcKey.of(BEGINNING) + ", 28 bytes, 28 tokens");
        kvc.run("stat");
        assertThat(kvc.out()).startsWith("3 snapshots, ").contains(" 1 hit\n").contains("\nllama ");
        kvc.given((LONGER + "\nAnd?").getBytes(StandardCharsets.UTF_8)).run("find", "-n", ".", "--prompt", "-");
        assertThat(kvc.out().lines()).hasSize(2);
        assertThat(kvc.out()).startsWith("hit   " + KvcKey.of(LONGER) + "\n      begins with 45 of the prompt's 50");
        assertThat(kvc.run("find", "-n", "other", "--prompt", "-")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsDamagedIsNamedAndRemovedOnlyWhenThatIsAskedFor(RemoteKind kind) throws IOException {
        fill(kind);
        kind.damage(prefix, LONGER);
        for (String[] looking : new String[][] {{"verify"}, {"verify", "--repair", "--dry-run"}}) {
            assertThat(kvc.run(looking)).isEqualTo(1);
            assertThat(kvc.out())
                    .startsWith("damaged         " + KvcKey.of(LONGER) + ".kv  (" + KvcKey.of(LONGER)
                            + ": CHECKSUM_MISMATCH at offset ")
                    .contains("): is to be deleted\n3 files, ")
                    .contains(": 2 verified, 0 in order without checksums, 1 to note");
        }
        assertThat(kvc.run("verify", "--quick")).isZero();
        assertThat(kvc.run("show", KvcKey.of(LONGER).hex())).isEqualTo(1);
        assertThat(kvc.out()).contains("DAMAGED");
        assertThat(kvc.run("export", "--out", scratch.resolve("cache.tar").toString()))
                .isEqualTo(1);
        assertThat(kvc.err()).contains("left out: " + KvcKey.of(LONGER)).contains("exported 2 snapshots");
        assertThat(isThere(kind, LONGER)).isTrue();
        assertThat(kvc.run("verify", "--repair")).as(kvc.out()).isZero();
        assertThat(kvc.out()).contains("): deleted\n3 files, ");
        assertThat(isThere(kind, LONGER)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void findPassesOverADamagedTextAndLeavesIt(RemoteKind kind) throws IOException {
        fill(kind);
        kind.damage(prefix, LONGER, 52 + LONGER.length() - 1);
        kvc.given((LONGER + "!").getBytes(StandardCharsets.UTF_8));
        assertThat(kvc.run("find", "-n", ".", "--prompt", "-")).as(kvc.err()).isZero();
        assertThat(kvc.out())
                .startsWith("hit   " + KvcKey.of(BEGINNING))
                .contains("damaged  " + KvcKey.of(LONGER) + " begins with 45 bytes and cannot be loaded");
        assertThat(isThere(kind, LONGER)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void everyByteGoesThereAndBack(RemoteKind kind) throws IOException {
        Path from = scratch.resolve("from");
        try (KvStore store = Directories.open(from)) {
            store.save(draft(BEGINNING, 0));
            store.in(Namespace.of("llama")).save(draft(LONGER, 9_000_000)); // more than is read at once
        }
        Files.copy(Directories.golden("good", UNVERIFIED), from.resolve(UNVERIFIED));
        assertThat(kvc.run("export", "--dir", from.toString())).isZero();
        byte[] tar = kvc.bytes();
        use(kind);
        assertThat(kvc.given(tar).run("import")).as(kvc.err()).isZero();
        assertThat(kvc.out()).contains("3 stored, 0 replaced, 0 already there, 0 refused");
        assertThat(kvc.run("import", "--dry-run")).isZero();
        assertThat(kvc.out()).contains("0 to be stored, 0 to be replaced, 3 already there");
        assertThat(kvc.run("import", "--replace", "--namespace", ".")).isZero();
        assertThat(kvc.out()).contains("1 stored, 2 replaced, 0 already there");
        kvc.run("rm", KvcKey.of(LONGER).hex());
        assertThat(kvc.run("export")).as(kvc.err()).isZero();
        assertThat(kvc.bytes()).isEqualTo(tar);
        Path to = Files.createDirectory(scratch.resolve("to"));
        assertThat(kvc.given(kvc.bytes()).run("import", "--dir", to.toString())).isZero();
        assertThat(Directories.contents(to)).isEqualTo(Directories.contents(from));
    }

    @ParameterizedTest
    @EnumSource
    void damagedFileOfAnArchiveIsRefused(RemoteKind kind) throws IOException {
        Path from = scratch.resolve("from");
        try (KvStore store = Directories.open(from)) {
            store.save(draft(BEGINNING, 1000));
        }
        kvc.run("export", "--dir", from.toString());
        byte[] tar = kvc.bytes();
        tar[512 + 52 + BEGINNING.length() + 3] ^= 1;
        use(kind);
        assertThat(kvc.given(tar).run("import")).isEqualTo(1);
        assertThat(kvc.err()).startsWith("kvc: refused: " + KvcKey.of(BEGINNING) + ": CHECKSUM_MISMATCH");
        assertThat(isThere(kind, BEGINNING)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNamedIsRemoved(RemoteKind kind) throws IOException {
        fill(kind);
        String key = KvcKey.of(BEGINNING).hex();
        assertThat(kvc.run("rm", "--dry-run", key)).isZero();
        assertThat(isThere(kind, BEGINNING)).isTrue();
        assertThat(kvc.run("rm", key, "llama/" + key)).isZero();
        assertThat(isThere(kind, BEGINNING)).isFalse();
        assertThat(isThere(kind, LONGER)).isTrue();
    }

    @Test
    void bucketIsEvictedDownToABudget() throws IOException {
        fill(RemoteKind.S3);
        assertThat(kvc.run("evict", "--budget", "40KiB", "--policy", "lru"))
                .as(kvc.err())
                .isZero();
        assertThat(kvc.out()).matches("evicted [12] snapshots?; [0-9.]+ KiB are left\n");
    }

    @Test
    void redisForgetsWhatItHasEvicted() throws IOException {
        fill(RemoteKind.REDIS);
        String manifest = prefix + ":m::" + KvcKey.of(LONGER);
        assertThat(Servers.redis(1, "DEL", manifest)).containsExactly(":1");
        assertThat(kvc.run("evict")).isZero();
        assertThat(kvc.out()).matches("evicted 1 snapshot; [0-9.]+ KiB are left, and there is no budget\n");
    }

    @ParameterizedTest
    @CsvSource({
        "evict --dry-run, --dry-run",
        "evict --max-age 1d, --max-age",
        "evict --max-idle 1d, --max-idle",
        "stat --budget 1GiB, --budget",
        "import --budget 1GiB, --budget",
        "find --prompt - --nearest 3, --nearest",
    })
    void optionsAboutFilesSayThatTheyNeedADirectory(String command, String option) {
        kvc.in(Map.of("KVC_STORE", NOWHERE)).given("prompt".getBytes(StandardCharsets.UTF_8));
        assertThat(kvc.run(command.split(" ", -1))).isEqualTo(2);
        assertThat(kvc.err()).isEqualTo("kvc: " + option + " needs a directory, and no store over a network has one\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"doctor", "wipe --all --dry-run", "record --out x", "report --out x"})
    void commandsAboutFilesSayThatTheyNeedADirectory(String command) {
        assertThat(kvc.run((command + " --store " + NOWHERE).split(" "))).isEqualTo(2);
        assertThat(kvc.err())
                .isEqualTo("kvc: " + command.split(" ", -1)[0]
                        + " looks at files, and needs a directory; give one with --dir\n");
        assertThat(kvc.in(Map.of("KVC_STORE", NOWHERE)).run(command.split(" ", -1)))
                .isEqualTo(2);
        assertThat(kvc.err()).startsWith("kvc: no directory is given; use --dir DIR");
    }

    @Test
    void directoryAndStoreAreNotMixedUp() {
        String directory = scratch.toString();
        assertThat(kvc.run("ls", "--dir", directory, "--store", NOWHERE)).isEqualTo(2);
        assertThat(kvc.err()).contains("give one or the other");
        kvc.in(Map.of("KVC_STORE", NOWHERE, "KVC_DIR", directory));
        assertThat(kvc.run("ls")).isEqualTo(2);
        assertThat(kvc.err()).contains("say which with --dir or --store");
        assertThat(kvc.run("ls", "--dir", directory)).as(kvc.err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:swordfish@127.0.0.1:1",
                "rediss://:swordfish@127.0.0.1:1/0?ttl",
                "s3://key:swordfish@bucket",
                "reddis://:swordfish@127.0.0.1:1",
                "redis://127.0.0.1:1?password=swordfish",
                "file:///tmp",
                "memory:?budget=1MiB",
                "s3:bucket",
                "bucket"
            })
    void wrongUriIsOneLineWithoutThePassword(String uri) {
        assertThat(kvc.run("ls", "--store", uri)).as(kvc.err()).isEqualTo(2);
        assertThat(kvc.err().lines()).hasSize(1).first().asString().startsWith("kvc: ");
        assertThat(kvc.run("ls", "--verbose", "--store", uri)).isEqualTo(2);
        assertThat(kvc.err()).doesNotContain("swordfish");
    }
}
