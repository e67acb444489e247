package dev.kvc.simulator;

import static dev.kvc.simulator.Texts.lookup;
import static dev.kvc.simulator.Texts.save;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvc.simulator.trace.TraceEvent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoutesTest {
    /** So many that two requests meet by chance once in a thousand million times. */
    private static final int MANY = 1_000_000_000;

    private static Routes routes(Router router, int engines) {
        return new Routes(router, engines, 1);
    }

    private static List<Integer> engines(Routes routes, TraceEvent... events) {
        return Stream.of(events).map(routes::engineOf).toList();
    }

    @ParameterizedTest
    @EnumSource
    void everyEngineGetsItsPartOfNewPrompts(Router router) {
        Routes routes = routes(router, 4);
        long[] counts = new long[4];
        IntStream.range(0, 4_000)
                .mapToObj(i -> lookup(Character.toString(0x4e00 + i)))
                .forEach(event -> counts[routes.engineOf(event)]++);
        assertThat(Arrays.stream(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(850L, 1_150L));
    }

    @ParameterizedTest
    @EnumSource
    void oneEngineGetsAll(Router router) {
        assertThat(engines(routes(router, 1), lookup("a"), save("a"), lookup(""), save(""), lookup("b")))
                .containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource
    void sameSeedGivesTheSameWays(Router router) {
        TraceEvent[] events = {lookup("a"), save("a"), lookup("b"), lookup("ab"), lookup("abc")};
        assertThat(engines(routes(router, MANY), events)).isEqualTo(engines(routes(router, MANY), events));
    }

    @ParameterizedTest
    @EnumSource
    void saveComesFromTheEngineThatLookedItsPromptUp(Router router) {
        List<Integer> ways =
                engines(routes(router, MANY), lookup("ab"), lookup("xy"), save("xy"), save("abcdefgh"), save("c"));
        assertThat(ways.get(2)).isEqualTo(ways.get(1));
        assertThat(ways.get(3)).isEqualTo(ways.get(0));
        assertThat(ways.get(4)).as("never looked up").isNotIn(ways.get(0), ways.get(1));
    }

    @Test
    void randomTakesAnyEngineForEachRequest() {
        assertThat(engines(routes(Router.RANDOM, MANY), lookup("ab"), lookup("ab"), lookup("abc")))
                .doesNotHaveDuplicates();
    }

    @Test
    void sessionStaysWhereItsLongestBeginningWasLast() {
        Routes routes = routes(Router.SESSION, MANY);
        List<Integer> ways = engines(routes, lookup("ab"), lookup("xyz"), lookup("abc"), lookup("xyzxyz"));
        assertThat(ways.get(2)).isEqualTo(ways.get(0));
        assertThat(ways.get(3)).as("xyz is no more than half").isNotEqualTo(ways.get(1));
        assertThat(engines(routes, save("xyzxy"), lookup("xyzxyzx")))
                .as("xyzxyz is longer than xyzxy")
                .containsExactly(ways.get(1), ways.get(3));
    }

    @Test
    void promptsThatShareASmallPartAreNotBroughtTogether() {
        assertThat(engines(routes(Router.SESSION, MANY), lookup("a"), lookup("ab"), lookup("axyz"), lookup("ac")))
                .doesNotHaveDuplicates();
    }
}
