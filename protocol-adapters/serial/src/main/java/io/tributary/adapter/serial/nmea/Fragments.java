package io.tributary.adapter.serial.nmea;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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

  private static final class Waiting {
    final @Nullable Sentence[] sentences;
    final long sinceNanos;

    Waiting(int count, long sinceNanos) {
      this.sentences = new @Nullable Sentence[count];
      this.sinceNanos = sinceNanos;
    }
  }

  private final Map<Key, Waiting> waiting = new LinkedHashMap<>();
  private long lost;

  /// The sentences of a message, in their order, once all are there; else null.
  Sentence @Nullable [] join(Sentence sentence, long nowNanos) throws FieldRefused {
    long count = Fields.integer(sentence.field(1), "sentences");
    long number = Fields.integer(sentence.field(2), "number");
    if (count < 1 || count > SENTENCES_MOST || number < 1 || number > count) {
      throw new FieldRefused("sentence is number " + number + " of " + count);
    }
    if (count == 1) {
      return new Sentence[] {sentence};
    }
    giveUp(nowNanos);
    Key key = new Key(sentence.address(), count, sentence.field(MESSAGE), sentence.field(CHANNEL));
    Waiting group = waiting.get(key);
    if (group == null || group.sentences[(int) number - 1] != null) {
      lost += group == null ? 0 : 1;
      waiting.remove(key);
      group = new Waiting((int) count, nowNanos);
      waiting.put(key, group);
    }
    group.sentences[(int) number - 1] = sentence;
    if (Stream.of(group.sentences).anyMatch(Objects::isNull)) {
      return null;
    }
    waiting.remove(key);
    return Stream.of(group.sentences).filter(Objects::nonNull).toArray(Sentence[]::new);
  }

  private void giveUp(long nowNanos) {
    Iterator<Waiting> all = waiting.values().iterator();
    while (all.hasNext()
        && (nowNanos - all.next().sinceNanos > PATIENCE.toNanos()
            || waiting.size() >= WAITING_MOST)) {
      all.remove();
      lost++;
    }
  }

  /// Messages of which some sentences never came.
  long lost() {
    return lost;
  }

  static Payload payload(Sentence[] sentences) throws FieldRefused {
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
