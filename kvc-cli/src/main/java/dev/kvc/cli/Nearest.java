package dev.kvc.cli;

import dev.kvc.cli.text.Texts;
import dev.kvc.store.SnapshotInfo;
import java.io.PrintStream;
import java.nio.ByteBuffer;

/**
 * A stored text that a prompt goes along with for a while, and then leaves.
 *
 * @param snapshot whose text it is
 * @param sharedBytes how many bytes both begin with
 * @param continuation what stands in it from there on, a few bytes
 */
record Nearest(SnapshotInfo snapshot, int sharedBytes, ByteBuffer continuation) {
    static final int SHOWN_BYTES = 40;

    /** Which snapshot, and how both go on. */
    void print(ByteBuffer prompt, PrintStream out) {
        out.println("near  " + snapshot.id() + ", " + snapshot.textBytes() + " bytes, "
                + snapshot.header().tokenCount() + " tokens");
        boolean promptEnds = sharedBytes == prompt.remaining();
        out.println("      shares " + sharedBytes + " bytes with the prompt"
                + (promptEnds ? ", which ends there" : ", which leaves it on line " + line(prompt)) + " after "
                + Texts.quote(prompt.slice(prompt.position(), sharedBytes), sharedBytes - SHOWN_BYTES, SHOWN_BYTES));
        if (!promptEnds) {
            out.println("      the prompt goes on " + Texts.quote(rest(prompt), 0, SHOWN_BYTES));
        }
        out.println("      the stored text    " + Texts.quote(continuation, 0, SHOWN_BYTES));
    }

    private ByteBuffer rest(ByteBuffer prompt) {
        return prompt.slice(prompt.position() + sharedBytes, prompt.remaining() - sharedBytes);
    }

    private int line(ByteBuffer prompt) {
        int line = 1;
        for (int i = 0; i < sharedBytes; i++) {
            if (prompt.get(prompt.position() + i) == '\n') {
                line++;
            }
        }
        return line;
    }
}
