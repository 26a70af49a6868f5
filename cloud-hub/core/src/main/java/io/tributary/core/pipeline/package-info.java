/// The pipelines of a hub: each reads a topic, sends its records through a chain of SmartModules, and writes what comes out to a
/// topic of its own, exactly once.
///
/// ```
///  source partition i ─▶ SourceReader ─▶ PipelineRun ─▶ Step ─▶ Cut ─▶ Portion, Portion …
///                                                                          │ one after the other, each:
///                        `__pipelines`   ◀── 1. the intent: before, after, both ends, dead letters
///                        derived topic i ◀── 2. one batch
///                        dead letters  i ◀── 3. one batch, where there are any
/// ```
///
/// A portion is done when the derived partition ends where its intent says; so a crash at any moment leaves a state from which
/// it is known what is to be done (docs/decisions/025).
///
/// Threads: a `PipelineAgent` and its `Lane`s, one a partition, belong to that agent's thread. What the store answers reaches
/// them by the agent's mailbox, which holds one answer for each write under way. The status is read by any thread, out of
/// fields that the agent writes.
///
/// Invariants: a lane has one write under way at most. Nothing is appended to a derived topic before its intent is durable.
///
/// No sockets, files, threads or clocks. Imports `record`, `agent`, `store` and `smartmodule-api`.
@NullMarked
package io.tributary.core.pipeline;

import org.jspecify.annotations.NullMarked;
