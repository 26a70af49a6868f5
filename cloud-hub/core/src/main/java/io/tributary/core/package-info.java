/// What makes a hub of a store and sessions: who may come in, where the streams of an edge go, and
/// what the operator sees of both.
///
/// ```
///  connection ══ Wire ══ HubSession ── Intake (pure)
///                            │  └──────▶ Store ── answers, on the store's thread ──┐
///                            │◀────────────── queue of answers ◀───────────────────┘
///                            ▼
///                        IntakeDesk ── Doorkeeper (pure), EdgeRegistry, TopicRules
/// ```
///
/// Threads: a `HubSession` is confined to its connection's thread; everything from elsewhere reaches
/// it by its queue of answers. The `IntakeDesk` is called from all of them and holds one lock, its
/// own, under which it calls nothing that waits; no session is called under it except to leave
/// something in its queue.
///
/// Invariants: at most one session of an edge is let in at a time. What an evicted session still
/// wants stored is dropped. A stream's records reach the store in the order in which its Intake let
/// them through.
///
/// No sockets, files, threads or clocks: the server brings them. Imports `record`, `session` and
/// `store`; never an implementation of a store, never a front.
@NullMarked
package io.tributary.core;

import org.jspecify.annotations.NullMarked;
