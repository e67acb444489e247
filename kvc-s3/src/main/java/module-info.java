/** A store of snapshots in S3. */
// The SDK's modules are automatic: they name themselves in their manifests, so the names are safe to require. And the
// service's name ends in a digit.
@SuppressWarnings({"module", "requires-automatic", "requires-transitive-automatic"})
module dev.kvc.s3 {
    requires transitive dev.kvc.remote;
    requires transitive software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.apache5;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.retries;
    requires software.amazon.awssdk.retries.api;
    requires software.amazon.awssdk.utils;
    requires static transitive org.jspecify;

    exports dev.kvc.s3;

    provides dev.kvc.store.KvStoreProvider with
            dev.kvc.s3.S3KvStoreProvider;
}
