/// Commands to devices, from a topic of the edge: each at most once, and not after its time. Shared by the adapters that can write.
///
/// ```
///  topic ─▶ Command ──"taken" on disk──▶ Executor ──done or why not──▶ a reading, with "done" on disk
///             │ expired, malformed                                       ▲
///             └──────────────────────────────────────────────────────────┘
/// ```
///
/// An edge that ends between the two says of the command that nobody knows whether it was carried out.
///
/// Imports the adapter API, measurement, record and settings.
@NullMarked
package io.tributary.adapter.command;

import org.jspecify.annotations.NullMarked;
