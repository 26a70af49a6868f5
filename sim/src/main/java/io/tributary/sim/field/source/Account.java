package io.tributary.sim.field.source;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything that one source said, number by number, held against what is read at the hub. Thread-safe.
///
/// A source may have several lanes, such as the files that it writes one after the other: the order is kept within each, and a reading
/// bears its lane's name as its source.
public final class Account {
  /// In place of a value: the reading is none of those that were said and need not be, such as the state of a pin that an edge tells when it
  /// begins.
  static final Object UNASKED = new Object();

  private static final int EXAMPLES = 10;

  /// What is written so short before a file is cut off may never be seen.
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final String name;
  private final Promise promise;
  private final Function<JsonObject, @Nullable Object> valueOf;
  private final List<Said> said = new ArrayList<>();
  private final Map<String, Integer> latest = new HashMap<>();

  /// When the last of each lane was said.
  private final Map<String, Long> ends = new HashMap<>();

  private final List<String> examples = new ArrayList<>();
  private long told;
  private long wrong;
  private long twice;
  private long again;
  private long disordered;

  /// One number.
  private static final class Said {
    final String lane;
    final long nanos;
    boolean isAcknowledged;
    boolean mayRepeat;
    int times;

    Said(String lane, long nanos) {
      this.lane = lane;
      this.nanos = nanos;
    }
  }

  Account(String name, Promise promise) {
    this(name, promise, reading -> reading.get("value"));
  }

  /// @param valueOf finds the value in a reading, or {@link #UNASKED}; null when the reading cannot be one of this source
  Account(String name, Promise promise, Function<JsonObject, @Nullable Object> valueOf) {
    this.name = name;
    this.promise = promise;
    this.valueOf = valueOf;
  }

  /// The next number is about to be said.
  ///
  /// @return its value
  synchronized long say(String lane) {
    long nowNanos = System.nanoTime();
    said.add(new Said(lane, nowNanos));
    ends.put(lane, nowNanos);
    return Spread.value(said.size() - 1);
  }

  synchronized void acknowledged(long value) {
    said.get(Spread.number(value)).isAcknowledged = true;
  }

  /// Its source had to send it again, by a protocol that cannot tell.
  synchronized void mayRepeat(long value) {
    said.get(Spread.number(value)).mayRepeat = true;
  }

  /// How many were said so far.
  public synchronized long said() {
    return said.size();
  }

  /// Takes a reading as it stands at the hub, in the order of the topic.
  public synchronized void atHub(String reading) {
    JsonObject read;
    try {
      read = JsonParser.object().from(reading);
    } catch (JsonParserException e) {
      wrong("no JSON: " + reading);
      return;
    }
    if ("error".equals(read.getString("quality"))) {
      told++;
      return;
    }
    Object value = valueOf.apply(read);
    if (UNASKED.equals(value)) {
      told++;
      return;
    }
    int number = number(value);
    Said one = number < 0 || number >= said.size() ? null : said.get(number);
    if (one == null || !one.lane.equals(read.getString("source"))) {
      wrong("never said: " + reading);
      return;
    }
    one.times++;
    if (one.times == 1) {
      Integer before = latest.put(one.lane, number);
      if (before != null && before > number) {
        disordered++;
        example("number %d of %s is behind %d".formatted(number, one.lane, before));
        latest.put(one.lane, before);
      }
    } else if (one.mayRepeat) {
      again++;
    } else {
      twice++;
      example("number %d of %s is there %d times".formatted(number, one.lane, one.times));
    }
  }

  private static int number(@Nullable Object value) {
    try {
      return Spread.number(new BigDecimal(String.valueOf(value)).longValueExact());
    } catch (ArithmeticException | NumberFormatException e) {
      return -1;
    }
  }

  private void wrong(String what) {
    wrong++;
    example(what);
  }

  private void example(String what) {
    if (examples.size() < EXAMPLES) {
      examples.add(name + ": " + what);
    }
  }

  /// Whether all has come that is to be waited for. When everything is due that is all of it; else the last that was said, behind
  /// which nothing can come.
  public synchronized boolean isComplete() {
    return switch (promise) {
      case ACKNOWLEDGED -> said.stream().allMatch(one -> one.times > 0 || !one.isAcknowledged);
      case EVERYTHING -> said.stream().allMatch(one -> one.times > 0);
      case UNTIL_CUT, WHILE_UP -> said.isEmpty() || said.getLast().times > 0;
    };
  }

  /// @param outages of the edge
  public synchronized Balance balance(Outages outages) {
    long atHub = 0;
    long gone = 0;
    long missing = 0;
    long acknowledged = 0;
    for (int number = 0; number < said.size(); number++) {
      Said one = said.get(number);
      acknowledged += one.isAcknowledged ? 1 : 0;
      if (one.times > 0) {
        atHub++;
      } else if (isGone(one, number, outages)) {
        gone++;
      } else {
        missing++;
        example("number %d of %s is missing".formatted(number, one.lane));
      }
    }
    return new Balance(
        name,
        said.size(),
        acknowledged,
        atHub,
        again,
        twice,
        gone,
        missing,
        told,
        wrong,
        disordered,
        List.copyOf(examples));
  }

  private boolean isGone(Said one, int number, Outages outages) {
    return switch (promise) {
      case ACKNOWLEDGED -> !one.isAcknowledged;
      case EVERYTHING -> false;
      case UNTIL_CUT ->
          latest.getOrDefault(one.lane, -1) < number
              && (outages.covers(one.nanos) || isJustBeforeEnd(one));
      case WHILE_UP -> outages.covers(one.nanos);
    };
  }

  /// Who reads looks four times a second, and on a machine that has other things to do more seldom.
  private boolean isJustBeforeEnd(Said one) {
    boolean isCut = !said.getLast().lane.equals(one.lane);
    return isCut && ends.getOrDefault(one.lane, 0L) - one.nanos <= LOOK.toNanos();
  }
}
