/// Chains of SmartModules: guests in order, through which the records of one stream go.
///
/// ```
///  transforms: ─▶ ChainPlan ─start─▶ Chain ─▶ Stage ─▶ Stage ─▶ …      one a stream; each holds one Guest and its state
///                                              │ Abi: bytes in, bytes out
///                                              ▼
///                                            Guest   (Engine: the WebAssembly host, found by ServiceLoader)
/// ```
///
/// What a guest is given and gives back is Fluvio's ABI, version 22 ({@link io.tributary.smartmodule.Abi}); a guest is trusted
/// with nothing: every length and pointer of its is checked, and it has a {@link io.tributary.smartmodule.Budget}.
///
/// What always holds:
/// - Of a batch, each record comes out, is left out by a guest, or is named as a {@link io.tributary.smartmodule.DeadLetter}.
/// - A guest that failed is discarded, and the next one goes on from the state before the record it failed on.
/// - The same records give the same outputs, however they are cut into batches and wherever they run, as long as the guest does
///   not depend on how it is called: it has no clock, no randomness and nothing else to tell two runs apart.
///
/// Threads: a chain belongs to whoever calls it, one thread at a time. The guests run on threads of the engine, so that one
/// that does not end can be stopped without harm to the caller's files.
///
/// A {@link io.tributary.smartmodule.PipelineRun} puts a chain between two topics, exactly once: what it must know after a restart is
/// one small {@link io.tributary.smartmodule.Progress}, which its owner makes durable together with the outputs.
///
/// Imports record and settings only.
@NullMarked
package io.tributary.smartmodule;

import org.jspecify.annotations.NullMarked;
