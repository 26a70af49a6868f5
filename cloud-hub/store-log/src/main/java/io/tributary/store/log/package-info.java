/// The embedded store: partition logs of our own on the disk of one hub.
///
/// ```
/// <data-dir>/registry/1/, registry/2/       journals of state, the same twice: topics, streams
/// <data-dir>/topics/<topic>/<partition>/    segments and indexes, once something was written
/// ```
///
/// Threads: one, the store's (`StoreAgent`), owns the writing half of every log, the registry and
/// the topic `_gaps`; while it waits it lends logs to the threads of `Forcers`, one log to one
/// thread, only to be forced. The `Cleaner`'s thread compacts closed segments. Any thread asks it by the bounded `CommandQueue`, and reads partitions
/// without it. Locks: the queue's, and one in each partition, taken only to open its log; none is held while
/// another is taken.
///
/// Invariants:
/// - A group is answered after every log that it touched was forced, each once. A log that fails
///   takes only its own appends along.
/// - What an opened stream is told to be at is durable.
/// - A stream's place is recorded and forced before its first answer. What could not be recorded is
///   undone in memory and in the registry's next group.
/// - `_gaps` is forced before the hole that it tells of is stored; what lies below the last told end
///   of a stream is not told again.
/// - A log whose force failed takes nothing and tells nothing more of its streams until the hub was
///   started again; what is durable in it can still be read.
///
/// Imports `store`, `log`, `record` and `agent`; never a session, never a front.
@NullMarked
package io.tributary.store.log;

import org.jspecify.annotations.NullMarked;
