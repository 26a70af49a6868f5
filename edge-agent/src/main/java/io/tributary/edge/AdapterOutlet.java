package io.tributary.edge;

import io.tributary.adapter.Emitter;
import io.tributary.adapter.Outlet;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What the edge gives one life of an adapter: emitters, the state that the journals have of it, and the
/// topics it may write.
final class AdapterOutlet implements Outlet, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AdapterOutlet.class.getName());

  private final Journals journals;
  private final String edgeId;
  private final String adapter;
  private final List<StateEntry> restored;
  private final Consumer<String> onFailure;
  private final List<SourceEmitter> opened = new ArrayList<>();
  private final List<JournalTopicReader> readers = new ArrayList<>();
  private volatile boolean closed;

  AdapterOutlet(
      Journals journals,
      String edgeId,
      String adapter,
      List<StateEntry> restored,
      Consumer<String> onFailure) {
    this.journals = journals;
    this.edgeId = edgeId;
    this.adapter = adapter;
    this.restored = List.copyOf(restored);
    this.onFailure = onFailure;
  }

  /// An adapter's keys in a journal's state begin with this.
  static String statePrefix(String adapter) {
    return "adapter/" + adapter + "/";
  }

  @Override
  public Emitter open(String source, Runnable afterGroup) {
    SourceEmitter emitter = new SourceEmitter(journals, edgeId, adapter, afterGroup, this::threw);
    opened.add(emitter);
    return emitter;
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
  public TopicReader read(String topic, TopicPosition from, Runnable more) {
    JournalTopicReader reader =
        new JournalTopicReader(
            journals.ofTopic(topic),
            topic,
            from,
            () -> {
              try {
                more.run();
              } catch (RuntimeException | Error bug) {
                threw(bug);
              }
            },
            before -> journals.local().done(topic, adapter, before, journals.ofTopic(topic)));
    readers.add(reader);
    return reader;
  }

  /// The adapter threw on a journal's thread, which others share.
  private void threw(Throwable bug) {
    LOG.log(
        System.Logger.Level.ERROR, "the adapter " + adapter + " threw on a journal's thread", bug);
    failed("it threw on a journal's thread: " + bug);
  }

  @Override
  public void failed(String why) {
    if (!closed) {
      onFailure.accept(why);
    }
  }

  @Override
  public String stateClass() {
    return journals.stateClass();
  }

  /// The adapter's life is over: what it says from now on is not heard. What it has handed over is completed all the same.
  @Override
  public void close() {
    closed = true;
    readers.forEach(JournalTopicReader::tellNoMore);
    for (JournalAgent journal : journals.all()) {
      opened.forEach(journal::remove);
    }
  }
}
