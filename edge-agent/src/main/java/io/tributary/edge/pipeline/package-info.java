/// Pipelines of an edge: from one of its topics, through a chain of SmartModules, to another.
///
/// ```
///  journal ─TopicReader─▶ Source ─▶ Pipeline: PipelineRun ─▶ Outputs: records, dead letters, place and state ─Emitter─▶ journal
///                                                                     └──────────── durable at once ────────────┘
/// ```
///
/// To the edge a pipeline is an adapter: a source of readings with a state of its own, which is opened anew over what is on disk
/// whenever it fails. So it knows no journal, and what it writes is exactly once by the same means as a QoS 2 publish.
///
/// Imports adapter, agent, record, settings and smartmodule.
@NullMarked
package io.tributary.edge.pipeline;

import org.jspecify.annotations.NullMarked;
