/** Small runnable programs, each with one idea. */
module dev.kvc.examples {
    requires dev.kvc.guice;
    requires dev.kvc.store;
    requires static org.jspecify;
}
