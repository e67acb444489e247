/** Meters of a cache and of its tiers. */
// Micrometer's modules are automatic: they name themselves in their manifests, so the names are safe to require.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.kvc.micrometer {
    requires transitive dev.kvc.store;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports dev.kvc.micrometer;
}
