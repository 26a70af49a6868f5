/// The host of SmartModules, on Endive: WebAssembly compiled to the JVM's own code, on every machine that has a JVM.
///
/// ```
/// bytes ─▶ ModuleCheck ─▶ GuestClasses ─▶ EndiveModule ─instantiate─▶ EndiveGuest ◀─ HostFunctions: copy_records, four of WASI
///                           compiler,                                   │ on a thread of
///                           GuestCode                                 GuestThreads: the only threads here, and their deadlines
/// ```
///
/// What a guest can do to its host is bounded here: its memory by the limits of the instance, its time by an interrupt, which
/// Endive's code looks for at each loop and call; its output by what `copy_records` takes; its stack by that of its thread. What
/// has no bound of its own (tables that grow, objects of the garbage-collected types) is refused when the module is loaded.
///
/// Imports the API and Endive.
@NullMarked
package io.tributary.smartmodule.engine;

import org.jspecify.annotations.NullMarked;
