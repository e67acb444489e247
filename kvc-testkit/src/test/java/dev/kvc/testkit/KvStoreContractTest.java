package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.kvc.store.KvStore;
import dev.kvc.store.StoreEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** A contract that every store passes proves nothing: a store that breaks a promise fails the test of that promise. */
class KvStoreContractTest {
    private static final String FAULT = "fault";
    /** A fault that shows only where threads meet at a certain moment may be missed by one run, and not by all. */
    private static final int MOST_RUNS = 20;

    @ParameterizedTest
    @EnumSource
    void brokenPromiseIsSeen(Fault fault) {
        TestExecutionSummary summary = run(fault);
        for (int i = 1; i < MOST_RUNS && summary.getTestsFailedCount() == 0; i++) {
            summary = run(fault);
        }
        assertThat(summary.getTestsStartedCount()).as("tests run").isPositive();
        assertThat(summary.getTestsFailedCount()).as("tests that saw it").isPositive();
    }

    private static TestExecutionSummary run(Fault fault) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(FaultyRun.class))
                .filters(only(fault.seenBy()))
                .configurationParameter(FAULT, fault.name())
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static PostDiscoveryFilter only(String method) {
        return test -> FilterResult.includedIf(test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> ((MethodSource) source).getMethodName().equals(method))
                .orElse(true));
    }

    /** The contract, run on a store that is right but for one fault. */
    @ExtendWith(FaultResolver.class)
    static final class FaultyRun extends KvStoreContract {
        private final Fault fault;

        FaultyRun(Fault fault) {
            this.fault = fault;
        }

        @Override
        protected KvStore open(Path scratch, StoreEnvironment environment) {
            return fault.in(new InMemoryKvStore(environment));
        }
    }

    /** Hands the fault of a run to its tests. */
    static final class FaultResolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Fault.class;
        }

        @Override
        public Fault resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return Fault.valueOf(context.getConfigurationParameter(FAULT).orElseThrow());
        }
    }
}
