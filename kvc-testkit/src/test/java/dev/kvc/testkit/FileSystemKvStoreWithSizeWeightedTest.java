package dev.kvc.testkit;

/** The contract holds for a directory whatever policy chooses the victims. */
class FileSystemKvStoreWithSizeWeightedTest extends FileSystemKvStoreTest {
    @Override
    String policy() {
        return "size-weighted";
    }
}
