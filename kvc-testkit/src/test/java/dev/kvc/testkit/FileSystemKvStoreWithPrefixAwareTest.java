package dev.kvc.testkit;

/** The contract holds for a directory whatever policy chooses the victims. */
class FileSystemKvStoreWithPrefixAwareTest extends FileSystemKvStoreTest {
    @Override
    String policy() {
        return "prefix-aware";
    }
}
