/// Readings that are posted over HTTP/1.1, each request answered when all of it is on disk.
///
/// ```
///  POST ─▶ Connection ─▶ Head ─▶ Body ─▶ Requests ─▶ Readings ─▶ Submission ─ Ingest ─emit─▶ Emitter ┄┄▶ journal
///              ▲        checked  bounded    │ Keys: known?          │ counts what became of each           │ fsync
///              └── Answer ◀─────────────────┴───────────────────────┴◀── drain ◀── afterGroup ◀────────────┘
/// ```
///
/// Threads: one event loop has everything. A journal's thread writes into a `Submission` and the counters, and schedules a drain.
///
/// Imports the adapter API, measurement, settings, link (certificates), agent, nanojson, and Netty.
@NullMarked
package io.tributary.adapter.http;

import org.jspecify.annotations.NullMarked;
