package io.tributary.adapter.mqtt.bridge;

import io.tributary.adapter.Found;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One publication at work: what is on its way to the broker, and how far the broker has answered. The publisher's thread only.
///
/// ```
///  stored ≤ answered ≤ position of the reader
///  on disk   in order    on its way
/// ```
final class Flow {
  final Publication publication;
  final String className;
  private final TopicReader reader;
  private final Deque<Departed> underWay = new ArrayDeque<>();

  /// All before it is answered for good.
  private TopicPosition answered;

  /// What the disk has; null: nothing yet.
  private @Nullable TopicPosition stored;

  /// A message on its way, or what is done with already.
  static final class Departed {
    final Flow flow;
    final TopicPosition behind;
    final int bytes;
    private boolean isDone;

    private Departed(Flow flow, TopicPosition behind, int bytes) {
      this.flow = flow;
      this.behind = behind;
      this.bytes = bytes;
    }
  }

  /// Takes up a publication.
  ///
  /// @param stored where an earlier life was; null: there was none
  Flow(
      Publication publication,
      String className,
      TopicReader reader,
      @Nullable TopicPosition stored) {
    this.publication = publication;
    this.className = className;
    this.reader = reader;
    this.stored = stored;
    this.answered = reader.position();
  }

  @Nullable Found next() throws IOException {
    return reader.next();
  }

  /// Notes what {@link #next} found as being on its way.
  Departed depart(Found found, int bytes) {
    Departed departed = new Departed(this, found.behind(), bytes);
    underWay.add(departed);
    return departed;
  }

  /// It is answered for good, or will never be published.
  void done(Departed departed) {
    departed.isDone = true;
    for (Departed first = underWay.peek(); first != null && first.isDone; first = underWay.peek()) {
      underWay.remove();
      answered = first.behind;
    }
  }

  /// Whether more may be behind the first that is not answered.
  boolean hasRoom() {
    return underWay.size() < Bounds.FLOW_MESSAGES;
  }

  /// The connection is gone: what was not answered goes again.
  void rewind() {
    if (!underWay.isEmpty()) {
      underWay.clear();
      reader.seek(answered);
    }
  }

  /// The position that the disk lacks; null when it has it.
  @Nullable TopicPosition unstored() {
    return answered.equals(stored) ? null : answered;
  }

  void stored(TopicPosition position) {
    stored = position;
  }

  /// How many readings the broker does not have.
  long ahead() {
    return reader.ahead() + underWay.size();
  }

  void close() {
    reader.close();
  }
}
