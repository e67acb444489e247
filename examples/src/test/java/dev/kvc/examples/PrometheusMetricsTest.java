package dev.kvc.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusMetricsTest {
    @TempDir
    private Path directory;

    @Test
    void textIsWhatPrometheusReads() throws IOException {
        assertThat(PrintedLines.of(out -> PrometheusMetrics.run(directory, out)))
                .allMatch(line -> line.startsWith("# ") || line.matches("[a-z_]+(\\{[^}]*\\})? [-+.0-9EInfNa]+"))
                .contains(
                        "# TYPE cache_gets_total counter",
                        "cache_gets_total{cache=\"agents\",result=\"hit\"} 2.0",
                        "cache_gets_total{cache=\"agents\",result=\"miss\"} 2.0",
                        "cache_puts_total{cache=\"agents\"} 1.0",
                        "cache_size{cache=\"agents\"} 1.0",
                        "kvc_misses_total{cache=\"agents\",reason=\"absent\"} 1.0",
                        "kvc_misses_total{cache=\"agents\",reason=\"no_prefix\"} 1.0",
                        "kvc_tokens_served_total{cache=\"agents\"} 12.0",
                        "kvc_write_amplification{cache=\"agents\"} 1.0",
                        "kvc_tier_gets_total{cache=\"agents\",result=\"hit\",tier=\"memory\"} 2.0",
                        "kvc_tier_gets_total{cache=\"agents\",result=\"hit\",tier=\"disk\"} 0.0",
                        "kvc_tier_budget_bytes{cache=\"agents\",tier=\"disk\"} 6.7108864E7",
                        "cache_gets_latency_seconds_count{cache=\"agents\",result=\"hit\"} 2");
    }
}
