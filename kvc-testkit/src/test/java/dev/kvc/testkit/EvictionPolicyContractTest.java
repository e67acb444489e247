package dev.kvc.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.kvc.eviction.EvictionPolicy;
import dev.kvc.eviction.EvictionPolicyFactory;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** As for stores: a policy that breaks a promise fails the test of that promise. */
class EvictionPolicyContractTest {
    private static final String FAULT = "fault";

    @ParameterizedTest
    @EnumSource
    void brokenPromiseIsSeen(PolicyFault fault) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(FaultyRun.class, fault.seenBy()))
                .configurationParameter(FAULT, fault.name())
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getTestsStartedCount()).as("tests run").isEqualTo(1);
        assertThat(summary.getTestsFailedCount()).as("tests that saw it").isEqualTo(1);
    }

    /** The contract, run on a policy that is right but for one fault. */
    @ExtendWith(FaultResolver.class)
    static final class FaultyRun extends EvictionPolicyContract {
        private final PolicyFault fault;

        FaultyRun(PolicyFault fault) {
            this.fault = fault;
        }

        @Override
        protected EvictionPolicyFactory factory() {
            return new EvictionPolicyFactory() {
                @Override
                public String name() {
                    return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
                }

                @Override
                public EvictionPolicy create() {
                    return fault.policy();
                }
            };
        }
    }

    /** Hands the fault of a run to its test. */
    static final class FaultResolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == PolicyFault.class;
        }

        @Override
        public PolicyFault resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return PolicyFault.valueOf(context.getConfigurationParameter(FAULT).orElseThrow());
        }
    }
}
