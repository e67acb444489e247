package dev.kvc.faultfs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been changed and not flushed: of each file, what it held when it was last flushed; and the changes of names,
 * in their order. Everything is in the real file system already, so a power cut takes back what it shall lose.
 *
 * <p>A change of a name lasts when all directories that it touches have been flushed. One that is taken back takes back
 * those behind it that touch the same names, or names below.
 *
 * <p>All methods are called under the lock of the world, with absolute real paths.
 */
final class Unflushed {
    private final Map<Path, Node> nodes = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** A file, whatever its name is by now. */
    static final class Node {
        private @Nullable Path path;
        /** What it held when it was last flushed; {@code null} if nothing has been changed since. */
        private byte @Nullable [] flushed;

        private Node(Path path) {
            this.path = path;
        }
    }

    /** Takes a change of names back. */
    @FunctionalInterface
    private interface Undo {
        void run(PowerCut powerCut) throws IOException;
    }

    /** A change of names, and the directories that have not been flushed since. */
    private record Change(String what, List<Path> names, Set<Path> directories, Undo undo) {
        boolean touches(Set<Path> lost) {
            return names.stream().anyMatch(name -> lost.stream().anyMatch(name::startsWith));
        }
    }

    private void changed(String what, Undo undo, Path... names) {
        Set<Path> directories = new HashSet<>();
        for (Path name : names) {
            directories.add(Objects.requireNonNull(name.getParent(), "a root is not changed"));
        }
        changes.add(new Change(what + " " + Arrays.asList(names), List.of(names), directories, undo));
    }

    // Bytes

    Node node(Path path) {
        return nodes.computeIfAbsent(path, Node::new);
    }

    /** Call it before a file's bytes are changed. */
    void changing(Node node) throws IOException {
        if (node.flushed == null && node.path != null) {
            try {
                node.flushed = Files.readAllBytes(node.path);
            } catch (NoSuchFileException e) {
                node.path = null; // removed by somebody behind our back: no power cut brings it back
            }
        }
    }

    void flushed(Node node) {
        node.flushed = null;
    }

    // Names

    void namesFlushed(Path directory) {
        changes.forEach(change -> change.directories.remove(directory));
        changes.removeIf(change -> change.directories.isEmpty());
    }

    void created(Path file) {
        Node node = new Node(file);
        node.flushed = new byte[0];
        nodes.put(file, node);
        changed("CREATE", powerCut -> Files.deleteIfExists(file), file);
    }

    void directoryCreated(Path directory) {
        changed("CREATE_DIRECTORY", powerCut -> deleteTree(directory), directory);
    }

    void linked(Path link, @Nullable Path existing) {
        if (existing != null) {
            nodes.put(link, node(existing));
        }
        changed("LINK", powerCut -> Files.deleteIfExists(link), link);
    }

    void delete(Path path, World.Step step) throws IOException {
        Undo restore = restoring(path);
        step.run();
        forget(path);
        changed("DELETE", restore, path);
    }

    void move(Path from, Path to, World.Step step) throws IOException {
        if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
            throw new UnsupportedOperationException(from + " is a directory; a power cut cannot take back its move");
        }
        Undo restore = restoring(to);
        step.run();
        forget(to);
        Node node = nodes.remove(from);
        if (node != null) {
            node.path = to;
            nodes.put(to, node);
        }
        changed(
                "MOVE",
                powerCut -> {
                    Files.move(to, from);
                    restore.run(powerCut);
                },
                from,
                to);
    }

    void copy(Path to, World.Step step) throws IOException {
        Undo restore = restoring(to);
        step.run();
        forget(to);
        if (Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
            directoryCreated(to);
            return;
        }
        created(to);
        Change creation = changes.remove(changes.size() - 1);
        changed(
                "COPY",
                powerCut -> {
                    creation.undo.run(powerCut);
                    restore.run(powerCut);
                },
                to);
    }

    private void forget(Path path) {
        Node node = nodes.remove(path);
        if (node != null && path.equals(node.path)) {
            node.path = nodes.entrySet().stream()
                    .filter(entry -> entry.getValue() == node)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** What brings back that which has this name now, as a power cut leaves it. */
    private Undo restoring(Path path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return powerCut -> {};
        }
        if (attributes.isDirectory()) {
            return powerCut -> Files.createDirectory(path);
        } else if (attributes.isSymbolicLink()) {
            Path target = Files.readSymbolicLink(path);
            return powerCut -> Files.createSymbolicLink(path, target);
        }
        byte[] now = Files.readAllBytes(path);
        Node node = nodes.get(path);
        byte[] flushed = node == null ? null : node.flushed;
        return powerCut -> Files.write(path, flushed == null ? now : powerCut.outcome(powerCut.fate(), now, flushed));
    }

    private static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    // The power cut

    /** Loses what the power cut loses, and says what that was. */
    List<String> cut(PowerCut powerCut) throws IOException {
        List<String> report = new ArrayList<>();
        Set<Node> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : nodes.values()) {
            if (node.path != null && node.flushed != null && distinct.add(node) && Files.exists(node.path)) {
                PowerCut.Fate fate = powerCut.fate();
                byte[] now = Files.readAllBytes(node.path);
                Files.write(node.path, powerCut.outcome(fate, now, node.flushed));
                report.add("bytes " + fate + " " + node.path);
            }
        }
        takeBack(names(powerCut, report), powerCut);
        nodes.clear();
        changes.clear();
        return report;
    }

    private List<Change> names(PowerCut powerCut, List<String> report) {
        List<Change> undone = new ArrayList<>();
        Set<Path> lost = new HashSet<>();
        for (Change change : changes) {
            boolean kept = !change.touches(lost) && powerCut.keepsName();
            report.add("name " + (kept ? "KEPT " : "UNDONE ") + change.what);
            if (!kept) {
                lost.addAll(change.names);
                undone.add(change);
            }
        }
        return undone;
    }

    private static void takeBack(List<Change> undone, PowerCut powerCut) throws IOException {
        for (int i = undone.size() - 1; i >= 0; i--) {
            undone.get(i).undo.run(powerCut);
        }
    }
}
