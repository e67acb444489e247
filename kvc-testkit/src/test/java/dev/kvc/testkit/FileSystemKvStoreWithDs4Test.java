package dev.kvc.testkit;

/** The contract holds for a directory whatever policy chooses the victims. */
class FileSystemKvStoreWithDs4Test extends FileSystemKvStoreTest {
    @Override
    String policy() {
        return "ds4";
    }
}
