/// The lines of files that programs write: each logged once and in order, over rotations by rename and over the edge's own ends.
///
/// ```
///  directory ─ FileNames ─▶ Tracker ─▶ Series, a name's files in their order
///                             │           │ one window of one file at a time
///                           Ledger        ▼
///                             │        LineReader ── Grammar: csv, ndjson, text ──▶ Measurement ──▶ emit
///                             └── Mark: file ─▶ position, digests ── a StateChange with each reading ──┘
/// ```
///
/// Threads: one agent, `Tail`, has all of it. A journal's thread touches the counters, a mark of a file that is to be saved, and
/// the wake-up.
///
/// Imports the adapter API, measurement, settings, agent.
@NullMarked
package io.tributary.adapter.file;

import org.jspecify.annotations.NullMarked;
