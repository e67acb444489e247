/**
 * The KVC file, version 1: every byte of it, and nothing about where it is kept.
 *
 * <p>One file holds one snapshot of an engine's state for one rendered prompt prefix:
 *
 * <pre>
 *   0              48          52            52+text                52+text+payload
 *   | header (48) | textBytes | text         | payload              | trailer | table + footer |
 * </pre>
 *
 * <ul>
 *   <li>{@link dev.kvc.format.KvcKey} names a snapshot: 20 bytes, usually the SHA-1 of the text.
 *       {@link dev.kvc.format.Namespace} names a part of a store that no lookup crosses.
 *   <li>{@link dev.kvc.format.KvcHeader} is the first 48 bytes, with {@link dev.kvc.format.SaveReason} and
 *       {@link dev.kvc.format.ExtensionFlags} in it.
 *   <li>{@link dev.kvc.format.Layout} is a header whose lengths have been checked against the real size of its file;
 *       {@link dev.kvc.format.Tail} is what stands behind the payload.
 *   <li>{@link dev.kvc.format.Trailer} holds the sections ({@link dev.kvc.format.ToolMap},
 *       {@link dev.kvc.format.SessionTitle}) and the bytes we do not understand, which are kept.
 *   <li>{@link dev.kvc.format.IntegrityFooter} is our own addition: checksums of every part, ignored by other readers.
 *       {@link dev.kvc.format.BlockChecksums} fills its table while a payload streams by.
 *   <li>{@link dev.kvc.format.KvcCodec} encodes and decodes all of it, over {@code ByteBuffer}s and
 *       {@link dev.kvc.format.ReaderAt}; what breaks a rule is a {@link dev.kvc.format.KvcFormatException} with a kind.
 * </ul>
 *
 * <p>This reads a file and verifies all that can be verified:
 *
 * <pre>{@code
 * try (FileChannel channel = FileChannel.open(path)) {
 *     String source = path.toString();
 *     ReaderAt file = ReaderAt.of(channel);
 *     Layout layout = KvcCodec.readLayout(file, KvcCodec.DEFAULT_MAX_TEXT_BYTES, source);
 *     Tail tail = KvcCodec.readTail(file, layout, source); // verifies header and trailer
 *     IntegrityFooter footer = tail.footer().orElse(null); // null: the file is unverified
 *
 *     ByteBuffer text = KvcCodec.readText(file, layout, source);
 *     if (footer != null) {
 *         footer.verifyText(text, source);
 *     }
 *     ByteBuffer block = ByteBuffer.allocate(BlockChecksums.BLOCK_BYTES);
 *     long at = layout.payloadOffset();
 *     for (int index = 0; at < layout.payloadEnd(); index++) {
 *         block.clear().limit((int) Math.min(block.capacity(), layout.payloadEnd() - at));
 *         file.readFully(block, at, "the payload", source);
 *         at += block.position();
 *         if (footer != null) {
 *             footer.verifyBlock(index, block.flip(), layout, source);
 *         }
 *         engine.restore(block.rewind());
 *     }
 * }
 * }</pre>
 *
 * <p>Unless a type says otherwise, its instances are immutable and safe to use from any thread. All numbers in the file
 * are little-endian.
 */
@NullMarked
package dev.kvc.format;

import org.jspecify.annotations.NullMarked;
