package dev.kvc.examples.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A request of a session.
 *
 * @param i which of the session's requests it is, from 0
 * @param tally what the requests of the session came to
 */
public record Turn(Session session, int i, SessionTally tally) {
    /** The requests of sessions that go on at the same time: the first of each in turn, then the second of each. */
    public static List<Turn> interleaved(List<Session> sessions) {
        List<SessionTally> tallies = sessions.stream()
                .map(session -> new SessionTally(session.name()))
                .toList();
        int longest = sessions.stream()
                .mapToInt(session -> session.prompts().size())
                .max()
                .orElse(0);
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < longest; i++) {
            for (int s = 0; s < sessions.size(); s++) {
                if (i < sessions.get(s).prompts().size()) {
                    turns.add(new Turn(sessions.get(s), i, tallies.get(s)));
                }
            }
        }
        return turns;
    }

    /** The whole prompt. */
    public byte[] prompt() {
        return session.prompts().get(i);
    }

    /** The prompt, cut to {@code limit} bytes. */
    public byte[] prompt(int limit) {
        return prompt().length <= limit ? prompt() : Arrays.copyOf(prompt(), limit);
    }

    @Override
    public String toString() {
        return session.name() + ", request " + (i + 1);
    }
}
