/// Where a hub keeps topics: the interface, which `store-log` (one process, our own log) and
/// `store-kafka` (Apache Kafka) implement. The module `store-conformance`
/// holds the suite that both must pass.
///
/// What holds for every store:
/// - A reply that says durable comes after the force, never before.
/// - A stream's records are stored in order, each once, in one partition that never changes.
/// - Readers see durable batches only, and each declared hole: as a control batch in the
///   partition, and as one record in the topic `_gaps`.
/// - Trouble with one partition does not reach another.
///
/// May import `record`. Never a session, never a front.
@NullMarked
package io.tributary.store;

import org.jspecify.annotations.NullMarked;
