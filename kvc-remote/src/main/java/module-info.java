/** What stores over a network have in common. */
module dev.kvc.remote {
    requires transitive dev.kvc.store;
    requires dev.failsafe.core;
    requires static transitive org.jspecify;

    exports dev.kvc.remote;
}
