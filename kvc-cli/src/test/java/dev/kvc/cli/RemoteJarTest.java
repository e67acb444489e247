package dev.kvc.cli;

import static dev.kvc.cli.Directories.draft;
import static dev.kvc.cli.RemoteKind.BEGINNING;
import static dev.kvc.cli.RemoteKind.LONGER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.cli.KvcJar.Result;
import dev.kvc.format.KvcKey;
import dev.kvc.format.Namespace;
import dev.kvc.store.KvStore;
import dev.kvc.store.KvStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars on stores over a network, as a user runs them. {@link StoreCommandsTest} has what takes more runs. */
class RemoteJarTest {
    private static final String SECRET = "swordfish";

    @TempDir
    private Path scratch;

    private final String prefix = RemoteKind.newPrefix();

    private static KvcJar kvc() {
        return new KvcJar().with("AWS_ACCESS_KEY_ID", "test").with("AWS_SECRET_ACCESS_KEY", "test");
    }

    @ParameterizedTest
    @EnumSource
    void whatADirectoryHasIsTakenThereLookedAtAndTakenBack(RemoteKind kind) throws IOException {
        Path directory = scratch.resolve("from");
        try (KvStore store = Directories.open(directory)) {
            store.save(draft(BEGINNING, 0));
            store.in(Namespace.of("llama")).save(draft(LONGER, 100_000));
        }
        byte[] tar = KvcJar.in(directory).run("export").bytes();
        KvcJar kvc = kvc().with("KVC_STORE", kind.uri(prefix));

        Result there = kvc().with("KVC_STORE", kind.uri(prefix)).given(tar).run("import");
        assertThat(there.err()).isEmpty();
        assertThat(there.out()).contains("2 stored, 0 replaced, 0 already there, 0 refused");
        Result show = kvc.run("show", "llama/" + KvcKey.of(LONGER).hex().substring(0, 6));
        assertThat(show.err()).isEmpty();
        assertThat(show.out()).contains("checksums    all hold");
        Result stat = kvc.run("stat");
        assertThat(stat.err()).isEmpty();
        assertThat(stat.out()).startsWith("2 snapshots, ");
        Result back = kvc.run("export");
        assertThat(back.err()).startsWith("exported 2 snapshots, ");
        assertThat(back.bytes()).isEqualTo(tar);
        assertThat(kvc.run("rm", KvcKey.of(BEGINNING).hex()).out()).startsWith("removed ");
    }

    @Test
    void whatIsInRedisIsListedFoundVerifiedAndLeftToRedisToEvict() throws IOException {
        RemoteKind.REDIS.fill(prefix);
        RemoteKind.REDIS.damage(prefix, LONGER);
        KvcJar kvc = kvc().with("KVC_STORE", RemoteKind.REDIS.uri(prefix));
        Result ls = kvc.run("ls");
        assertThat(ls.err()).isEmpty();
        assertThat(ls.lines()).hasSize(4);
        Result find =
                kvc.given((BEGINNING + "!").getBytes(StandardCharsets.UTF_8)).run("find", "-n", ".", "-p", "-");
        assertThat(find.out()).startsWith("hit   " + KvcKey.of(BEGINNING));
        Result verify = kvc.run("verify");
        assertThat(verify.code()).isEqualTo(1);
        assertThat(verify.out()).startsWith("damaged         " + KvcKey.of(LONGER) + ".kv");
        assertThat(kvc.run("evict").out()).isEqualTo("evicted 0 snapshots; 59 KiB are left, and there is no budget\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://127.0.0.1:1",
                "s3://bucket/x?endpoint=http://127.0.0.1:1",
            })
    void serverThatDoesNotAnswerIsOneLine(String uri) throws IOException {
        Result result = kvc().run("ls", "--store", uri);
        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err().lines()).hasSize(1).first().asString().contains("Connection refused");
    }

    @Test
    void wrongPasswordIsNotPrinted() throws IOException {
        Path file = Files.writeString(scratch.resolve("password"), SECRET);
        Result result = kvc().run(
                        "ls",
                        "--verbose",
                        "--store",
                        RemoteKind.REDIS.uri(prefix) + "&user=nobody&password-file=" + file);
        assertThat(result.code()).isEqualTo(3);
        assertThat(result.err()).contains("WRONGPASS").doesNotContain(SECRET);
    }

    @Test
    void sessionsInTheDocumentAreReal() throws IOException {
        String uri = RemoteKind.S3.uri("llama");
        try (KvStore store = KvStores.open(uri)) {
            DocumentedCache.fill(store);
        }
        DocumentedCache.writePrompts(scratch);
        DocumentedSessions.assertReal(
                "docs/remote.md", () -> kvc().with("KVC_STORE", uri).at(scratch));
    }
}
