/** What an engine calls above a store: resuming, saving beside generation, and when to save. */
module dev.kvc.engine {
    requires transitive dev.kvc.store;
    requires static transitive org.jspecify;

    exports dev.kvc.engine;
}
