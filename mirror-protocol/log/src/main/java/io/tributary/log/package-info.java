/// One segmented log with two views: the {@link Journal} of an edge and the {@link PartitionLog} of a hub.
///
/// ```
///  Journal ── JournalCursor        PartitionLog ── LogSlice      both: Scrub, Mender; Inspection
///     │ OpenGroup, GroupCommit,        │ PositionTable, SparseIndex,
///     │ JournalRoom, JournalLookup     │ PartitionReader, HeldDamage
///     │                                │ Compaction, CompactionPass, SegmentRewrite
///     └───────────┬────────────────────┘
///           SegmentedLog ── Segment, SegmentHeader, BatchReader
///                 └── Disk
/// ```
///
/// **Threads.** Each log has one writer: it adds and appends, commits and forces, retains, jumps, closes. What is read by
/// others is published in this order, and read in the opposite one: declared Gaps, the end of the segment, the end of the
/// streams or of the log. So whoever sees a stream's end finds all the bytes and Gaps below it. The list of segments is
/// replaced, never changed; a segment is listed after its header is forced, and unlisted before it is deleted; its file
/// stays open as long as somebody has acquired it. A {@link JournalCursor} belongs to one thread. Acknowledging, digests of
/// a journal, snapshots and statuses are for any thread; so are batches by their offset, and healing. A {@link Scrub}
/// belongs to one thread, and so does a {@link Compaction}, which may put a new segment in the place of closed ones: it is
/// listed before they count as deleted, so that whoever finds one deleted finds the new one in the list.
///
/// **Locks**, each held without taking another, save that the readers' locks may take a segment's, and that of the indexes those of
/// `SegmentedLog` for files and list, in this order, while segments are replaced: `Segment` (its file and
/// its users), `JournalLookup` and `PartitionReader` (indexes, tables, one reading buffer), `JournalIndex`, `SparseIndex`
/// (entries and damage), `TrackedStream` (its acknowledged end), the staging buffer of `FileDisk`. The force lock of
/// `SegmentedLog` is held from a write to its force, by the writer and by whoever mends: a fault that the system tells only
/// once must stop the writer. `Mender` (what is given back) takes any of them, and `HeldDamage` (what readers wait for) that of
/// the `Mender`.
///
/// **Invariants.** What was durable stays, until it is acknowledged and its room is needed, or a durable Gap stands for it.
/// A group of a journal is there as a whole or not at all. Bytes are checked whenever they are read into memory. Nothing
/// that is in a file keeps a log from being opened.
///
/// Imports {@link io.tributary.record} and the JDK; {@link FileDisk} alone touches files. Time is a parameter.
@NullMarked
package io.tributary.log;

import org.jspecify.annotations.NullMarked;
