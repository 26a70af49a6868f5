package io.tributary.edge;

import io.tributary.adapter.Found;
import io.tributary.adapter.TopicPosition;
import io.tributary.adapter.TopicReader;
import io.tributary.log.JournalCursor;
import io.tributary.log.JournalStream;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one topic out of the journal of its class for an adapter, and goes on in the successor where a stream was sealed.
final class JournalTopicReader implements TopicReader {
  private static final System.Logger LOG = System.getLogger(JournalTopicReader.class.getName());

  private static final long NO_STREAM = -1;

  private final JournalAgent journal;
  private final String topic;
  private final Runnable more;
  private final Consumer<TopicPosition> whenDone;
  private final JournalCursor cursor;
  private final BatchView batch = new BatchView();
  private final RecordCursor records = new RecordCursor(Limits.edge(Limits.EDGE_BATCH_BYTES_MOST));

  /// Where to begin, as soon as the topic has a stream.
  private TopicPosition wanted;

  private long stream = NO_STREAM;

  /// The offset that is due.
  private long due;

  /// Whether the cursor reads the stream.
  private boolean isResumed;

  /// Whether the batch that the records are of may hold more.
  private boolean isInBatch;

  private long batchTo;

  /// One that needs nothing of what it has read.
  JournalTopicReader(JournalAgent journal, String topic, TopicPosition from, Runnable more) {
    this(journal, topic, from, more, before -> {});
  }

  /// @param whenDone takes what {@link #done} is told
  JournalTopicReader(
      JournalAgent journal,
      String topic,
      TopicPosition from,
      Runnable more,
      Consumer<TopicPosition> whenDone) {
    this.whenDone = whenDone;
    this.journal = journal;
    this.topic = topic;
    this.more = more;
    this.cursor = journal.journal().cursor();
    this.wanted = from;
    settle();
    journal.addCommitListener(more);
  }

  @Override
  public void seek(TopicPosition position) {
    leave();
    wanted = position;
    settle();
  }

  /// What is newest is so now; of a topic that is not born yet, all is.
  private void settle() {
    if (wanted.equals(TopicPosition.NEWEST) && !begin()) {
      wanted = TopicPosition.OLDEST;
    }
  }

  @Override
  public TopicPosition position() {
    return stream == NO_STREAM ? wanted : new TopicPosition(stream, due);
  }

  @Override
  public @Nullable Found next() throws IOException {
    if (stream == NO_STREAM && !begin()) {
      return null;
    }
    if (!isResumed) {
      cursor.resume(stream, due);
      isResumed = true;
    }
    while (true) {
      Found found = isInBatch ? nextRecord() : null;
      if (found != null) {
        return found;
      }
      switch (cursor.next()) {
        case null -> {
          return goOn() ? next() : null;
        }
        case JournalCursor.GapPiece(long id, Gap gap, long digest) -> {
          return missing(gap.to(), wordsOf(gap.reason()));
        }
        case JournalCursor.BatchPiece piece -> {
          batchTo = piece.to();
          try {
            records.wrap(batch.wrap(piece.bytes(), 0));
            isInBatch = true;
          } catch (BatchRefused e) {
            return missing(batchTo, wordsOf(GapReason.CORRUPT));
          }
        }
      }
    }
  }

  /// The next record of the batch that is due; null behind its last.
  private @Nullable Found nextRecord() {
    try {
      while (records.next()) {
        if (records.offset() >= due) {
          due = records.offset() + 1;
          return new Found.Stored(new TopicPosition(stream, records.offset()), records.toRecord());
        }
      }
      isInBatch = false;
      return null;
    } catch (BatchRefused e) {
      isInBatch = false;
      return missing(batchTo, wordsOf(GapReason.CORRUPT));
    }
  }

  private Found missing(long to, String why) {
    long count = to - due;
    due = to;
    return new Found.Missing(new TopicPosition(stream, to), count, why);
  }

  /// What the hub has and this edge no longer is, here, what its retention took.
  private static String wordsOf(GapReason reason) {
    return (reason == GapReason.HUB_LOST ? GapReason.RETENTION : reason).words();
  }

  /// @return false while the topic has no stream
  private boolean begin() {
    JournalStream known = journal.journal().stream(wanted.stream());
    if (known != null && known.topic().equals(topic)) {
      stream = known.id();
      // A disk that lost a tail may have lost what this position is behind.
      due = known.isSealed() ? wanted.offset() : Math.min(wanted.offset(), known.end());
      return true;
    }
    JournalStream current = journal.journal().streams().get(topic);
    if (current == null) {
      return false;
    }
    stream = current.id();
    due = wanted.equals(TopicPosition.NEWEST) ? current.end() : current.start();
    return true;
  }

  /// At the end of a sealed stream whose successor has all that lay behind the seal: goes on there.
  private boolean goOn() {
    JournalStream sealed = journal.journal().stream(stream);
    if (sealed == null || !sealed.isSealed() || sealed.unmovedRecords() > 0 || due < sealed.end()) {
      return false;
    }
    JournalStream successor = journal.journal().stream(sealed.successor());
    if (successor == null) {
      return false;
    }
    long offset = Math.min(due - sealed.end(), successor.end());
    leave();
    stream = successor.id();
    due = offset;
    return true;
  }

  private void leave() {
    try {
      if (isResumed) {
        cursor.suspend(stream);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "closing a segment failed: {0}", e.getMessage());
    }
    stream = NO_STREAM;
    isResumed = false;
    isInBatch = false;
  }

  @Override
  public long ahead() {
    JournalStream current = stream == NO_STREAM ? null : journal.journal().stream(stream);
    if (current == null) {
      return 0;
    }
    JournalStream last = journal.journal().stream(current.successor());
    return Math.max(0, current.end() - due) + (last == null ? 0 : last.end());
  }

  @Override
  public void done(TopicPosition before) {
    whenDone.accept(before);
  }

  /// Its adapter is closed. Any thread.
  void tellNoMore() {
    journal.removeCommitListener(more);
  }

  @Override
  public void close() {
    tellNoMore();
    try {
      cursor.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "closing a segment failed: {0}", e.getMessage());
    }
  }
}
