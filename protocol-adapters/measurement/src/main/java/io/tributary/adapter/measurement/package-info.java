/// One value of one source with its unit, quality and time, and the reading that it becomes. Shared by the adapters whose sources
/// are not MQTT: serial lines, Modbus, pins and buses, HTTP, files.
///
/// ```
///  source ─▶ Measurement ── Envelope ──▶ Reading ── Feed ──▶ Emitter
///             value, unit,   JSON or      key: the   │ what the journal has no room for waits,
///             quality, time  raw bytes    source     ▼ what cannot wait is told as dropped
/// ```
///
/// Imports the adapter API, record and settings.
@NullMarked
package io.tributary.adapter.measurement;

import org.jspecify.annotations.NullMarked;
