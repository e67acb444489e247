/** Small runnable programs, each with one idea. */
module dev.kvc.examples {
    requires com.fasterxml.jackson.core;
    requires dev.kvc.guice;
    requires dev.kvc.store;
    requires static org.jspecify;

    // Guice makes the service of one of them.
    opens dev.kvc.examples to
            com.google.guice;
}
