/// An adapter to begin from. Devices connect by TCP and send lines; each is answered when it is on disk.
///
/// ```
///  device ── KEY NUMBER VALUE ──▶ Device ──▶ Lines ── emit ──▶ Emitter ┄┄▶ journal
///     ▲                             │ owed, in order                         │ fsync
///     └── ok KEY NUMBER ◀───────────┴──────── Line.durable ◀─────────────────┘
/// ```
///
/// Threads: one agent, `Listener`, has the sockets and all that is known of the lines. A journal's
/// thread touches a `Line`, the counters and the selector's wake-up alone.
///
/// Imports the adapter API, settings, agent.
@NullMarked
package io.tributary.adapter.template;

import org.jspecify.annotations.NullMarked;
