/// Records and batches: the one byte format that lies on the edge's disk, travels to the hub, lies on the hub's disk
/// and answers a Kafka client (Kafka record batch of message format v2, byte for byte).
///
/// Nothing here does I/O, starts a thread or asks the time. Builders, views and cursors are reusable and confined to
/// the thread that uses them; everything else is immutable. Imports the JDK alone.
///
/// Invariants: a batch that a builder returns passes {@link BatchView#checkFromEdge}; whatever bytes are given to a
/// view or a cursor, the only exception that bad bytes can cause is {@link BatchRefused}, and no allocation is larger
/// than {@link Limits} allows.
@NullMarked
package io.tributary.record;

import org.jspecify.annotations.NullMarked;
