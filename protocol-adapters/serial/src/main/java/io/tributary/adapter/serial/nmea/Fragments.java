package io.tributary.adapter.serial.nmea;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Joins the sentences of one AIS message (`VDM` and `VDO`):
///
/// ```
///  !AIVDM,2,1,3,B,55P5TL01VIaAL@7W,0*1C
///         │ │ │ │ └ payload         └ fill bits
///         │ │ │ └ channel
///         │ │ └ which message
///         │ └ number of this sentence
///         └ sentences of the message
/// ```
final class Fragments {
  /// Messages that wait for the rest of them at once: a line that drops the last sentence of each would fill the heap.
  static final int WAITING_MOST = 64;

  /// The number of a message comes again after nine others: an old half must not be joined with a new one.
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Of one message (IEC 61162-1, VDM).
  private static final int SENTENCES_MOST = 9;

  private static final int MESSAGE = 3;
  private static final int CHANNEL = 4;
  private static final int PAYLOAD = 5;
  private static final int FILL = 6;

  private record Key(String address, long count, String message, String channel) {}

  /// @param sentences from the first one on; none when one of them never came, and the rest is passed over
  private record Waiting(List<Sentence> sentences, long sinceNanos) {}

  private final Map<Key, Waiting> waiting = new LinkedHashMap<>();
  private long lost;

  /// Sentences are joined only as they follow each other: one that comes before those that belong before it may be the rest of
  /// another message.
  ///
  /// @return the sentences of a message, in their order, once all are there; else null
  @Nullable List<Sentence> join(Sentence sentence, long nowNanos) throws FieldRefused {
    long count = Fields.integer(sentence.field(1), "sentences");
    long number = Fields.integer(sentence.field(2), "number");
    if (count < 1 || count > SENTENCES_MOST || number < 1 || number > count) {
      throw new FieldRefused("sentence is number " + number + " of " + count);
    }
    if (count == 1) {
      return List.of(sentence);
    }
    giveUp(nowNanos);
    Key key = new Key(sentence.address(), count, sentence.field(MESSAGE), sentence.field(CHANNEL));
    Waiting group = waiting.remove(key);
    if (group == null || number == 1) {
      lose(group);
      group = new Waiting(new ArrayList<>(), nowNanos);
      lost += number == 1 ? 0 : 1;
    }
    boolean isNext = number == group.sentences.size() + 1;
    if (!isNext) {
      lose(group);
      group.sentences.clear();
    } else {
      group.sentences.add(sentence);
    }
    if (number < count) {
      waiting.put(key, group);
    }
    return isNext && number == count ? group.sentences : null;
  }

  private void giveUp(long nowNanos) {
    Iterator<Waiting> all = waiting.values().iterator();
    while (all.hasNext()) {
      Waiting oldest = all.next();
      if (nowNanos - oldest.sinceNanos <= PATIENCE.toNanos() && waiting.size() < WAITING_MOST) {
        return;
      }
      all.remove();
      lose(oldest);
    }
  }

  /// Counts a message whose rest is not waited for any more; once for each.
  private void lose(@Nullable Waiting group) {
    lost += group == null || group.sentences.isEmpty() ? 0 : 1;
  }

  /// Messages of which some sentences never came.
  long lost() {
    return lost;
  }

  static Payload payload(List<Sentence> sentences) throws FieldRefused {
    Payload payload = new Payload();
    for (Sentence each : sentences) {
      long fill = each.field(FILL).isEmpty() ? 0 : Fields.integer(each.field(FILL), "fill bits");
      if (fill < 0 || fill > 5) {
        throw new FieldRefused("fill bits are " + fill + ", of 0 to 5");
      }
      payload.add(each.field(PAYLOAD), (int) fill);
    }
    return payload;
  }
}
