/// What a source of readings must offer to an edge, and what the edge offers to it.
///
/// ```
///  configuration ─▶ AdapterType.plan ─▶ AdapterPlan ─open(name, Outlet)─▶ Adapter ─start─▶ its own thread
///                                                                            │ emit, changeState
///                                            journal thread ◀── bounded ◀── Emitter
///                                              │ one fsync     queue         (one thread)
///                                              └─▶ Completion.durable … then afterGroup, once
/// ```
///
/// Threads: an adapter calls its {@link io.tributary.adapter.Emitter} from one thread of its own. Completions and
/// `afterGroup` run on the thread of the journal that committed, one journal for each class, so those of different
/// classes may run at the same time. They must be short, must not block and must not throw:
/// one that blocks stops its class, one that throws fails its adapter.
///
/// Imports record and settings only: an adapter knows no journal, no uplink and no other adapter.
@NullMarked
package io.tributary.adapter;

import org.jspecify.annotations.NullMarked;
