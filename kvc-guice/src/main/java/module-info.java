/** Guice modules that wire caches from code or from properties. */
// Guice is an automatic module: it names itself in its manifest, so the name is safe to require.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.kvc.guice {
    requires transitive com.google.guice;
    // What Guice needs and, being automatic, cannot say; these two have descriptors, so nothing else resolves them.
    requires com.google.common;
    requires transitive jakarta.inject;
    requires transitive dev.kvc.store;
    requires static transitive org.jspecify;

    exports dev.kvc.guice;
}
