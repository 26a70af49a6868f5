package io.tributary.edge;

import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.StateEntry;
import java.util.List;

/// What the edge gives one adapter: emitters, the state it had when it last stopped, and the topics
/// it may write.
final class AdapterOutlet implements Outlet {
  private final Journals journals;
  private final String edgeId;
  private final String adapter;
  private final List<StateEntry> restored;

  AdapterOutlet(Journals journals, String edgeId, String adapter) {
    this.journals = journals;
    this.edgeId = edgeId;
    this.adapter = adapter;
    this.restored =
        journals.all().stream().flatMap(j -> j.stateOf(statePrefix(adapter)).stream()).toList();
  }

  /// An adapter's keys in a journal's state begin with this.
  static String statePrefix(String adapter) {
    return "adapter/" + adapter + "/";
  }

  @Override
  public Emitter open(String source, Runnable afterGroup) {
    return new SourceEmitter(journals, edgeId, adapter, afterGroup);
  }

  @Override
  public List<StateEntry> restored() {
    return restored;
  }

  @Override
  public String classOf(String topic) {
    return journals.classOf(topic);
  }

  @Override
  public String stateClass() {
    return journals.stateClass();
  }
}
