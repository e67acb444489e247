/** A {@code java.nio} file system that fails on purpose. Needs nothing but the JDK. */
module dev.kvc.faultfs {
    requires static transitive org.jspecify;

    exports dev.kvc.faultfs;
}
