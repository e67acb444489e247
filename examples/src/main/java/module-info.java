/** Small runnable programs, each with one idea. */
// Micrometer's modules are automatic: they name themselves in their manifests, so the names are safe to require.
@SuppressWarnings("requires-automatic")
module dev.kvc.examples {
    requires com.fasterxml.jackson.core;
    requires dev.kvc.engine;
    requires dev.kvc.guice;
    requires dev.kvc.micrometer;
    requires transitive dev.kvc.store;
    requires micrometer.registry.prometheus;
    requires static org.jspecify;

    // What other examples have in common with the demo: sessions, tables, directories.
    exports dev.kvc.examples.demo;

    // Guice makes the service of one of them.
    opens dev.kvc.examples to
            com.google.guice;
}
