package dev.kvc.examples.llama;

import dev.kvc.examples.demo.MismatchException;
import dev.kvc.examples.demo.Session;
import dev.kvc.examples.demo.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Lets a process prefill and save, kills it while it prefills its second prompt, and lets another resume. */
final class Restart {
    private static final int SESSIONS = 3;
    /** Of the first prompt, which leaves the slot, and of the second's first checkpoint. */
    private static final int SAVES_IN_SECOND = 2;

    private static final List<String> NAMES =
            List.of("1: again", "2: killed meanwhile", "3: goes on with the first", "4: another session");

    private final Job job;
    private final PrintStream out;

    Restart(Job job, PrintStream out) {
        this.job = job;
        this.out = out;
    }

    /** What the {@code i}-th prompt is, from 0. */
    static String name(int i) {
        return NAMES.get(i);
    }

    void run(List<Session> sessions) throws UsageException, MismatchException, IOException {
        job.handover().writePrompts(prompts(sessions));
        killed();
        resumed();
    }

    /** The first request of three sessions, and the second of the first before the last of those. */
    private static List<byte[]> prompts(List<Session> sessions) throws UsageException {
        if (sessions.size() < SESSIONS || sessions.get(0).prompts().size() < 2) {
            throw new UsageException("there are " + sessions.size() + " sessions; there must be at least " + SESSIONS
                    + ", and the first must have two requests");
        }
        return List.of(
                sessions.get(0).prompts().get(0),
                sessions.get(1).prompts().get(0),
                sessions.get(0).prompts().get(1),
                sessions.get(2).prompts().get(0));
    }

    private void killed() throws MismatchException, IOException {
        Process process = job.start(FirstProcess.OPTION);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            if (!readUntilItSavesInTheSecond(lines, process.pid())) {
                throw new MismatchException("the first process ended before it was killed; what it said is above");
            }
        } finally {
            process.destroyForcibly();
        }
        out.println(
                "process " + process.pid() + " was killed (SIGKILL) while it prefilled prompt " + FirstProcess.PROMPTS);
    }

    private boolean readUntilItSavesInTheSecond(BufferedReader lines, long pid) throws IOException {
        int saves = 0;
        boolean second = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.println("process " + pid + ": " + line);
            second |= line.startsWith(FirstProcess.beginning(FirstProcess.PROMPTS));
            saves += second && line.startsWith(FirstProcess.SAVED) ? 1 : 0;
            if (saves == SAVES_IN_SECOND) {
                return true;
            }
        }
        return false;
    }

    private void resumed() throws MismatchException, IOException {
        Process process = job.start(SecondProcess.OPTION);
        out.println("process " + process.pid() + " resumes");
        try {
            process.getInputStream().transferTo(out);
            int code = process.waitFor();
            if (code != 0) {
                throw new MismatchException("the second process ended with code " + code + "; what it said is above");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the second process ran", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
