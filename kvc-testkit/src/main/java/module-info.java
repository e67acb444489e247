/** Contract tests that any store or eviction policy must pass. Open to JUnit, which runs them. */
module dev.kvc.testkit {
    requires transitive dev.kvc.store;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires org.junit.jupiter.params;
    requires static transitive org.jspecify;

    exports dev.kvc.testkit;

    opens dev.kvc.testkit to
            org.junit.platform.commons;
}
