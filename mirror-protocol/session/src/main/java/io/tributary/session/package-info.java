/// The two halves of a session as pure state machines, and the doorkeeper of the hub.
///
/// ```
///   edge                                            hub
///   Journal --pieces--> Uplink ==frames==> Intake --batches--> Store
///   Journal <--Acked--- Uplink <==frames== Intake <--durable-- Store
/// ```
///
/// A half is confined to the thread that calls it. It takes a frame, an answer or a tick, each with the time as an
/// argument, and adds {@link io.tributary.session.Effects} for its owner to carry out, in their order. It has no
/// socket, file, thread, clock or randomness inside, so that a seed replays it.
///
/// Invariants of the Uplink, per stream: acked <= sent <= end of what is durable at the edge; in all: bytes in flight
/// <= credit. Of the Intake, per stream: durable <= next; what it holds in memory <= the credit it gave; an Ack never
/// says more than the store said is durable. Whatever a peer sends, the worst it gets is a typed Refusal.
///
/// Imports record and the JDK; never log.
@NullMarked
package io.tributary.session;

import org.jspecify.annotations.NullMarked;
