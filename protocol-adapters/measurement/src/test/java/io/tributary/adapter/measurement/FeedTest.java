package io.tributary.adapter.measurement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Emitter;
import io.tributary.adapter.Reading;
import io.tributary.adapter.Refused;
import io.tributary.adapter.TargetTopic;
import io.tributary.adapter.memory.MemoryOutlet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedTest {
  private static final int PAYLOAD_BYTES = 1 << 14;

  private final MemoryOutlet outlet = MemoryOutlet.empty();
  private final Emitter emitter = outlet.open("line", () -> {});
  private final Feed feed =
      new Feed(
          new Envelope(
              new TargetTopic("t", Optional.empty()),
              Envelope.Format.RAW,
              Envelope.Timestamp.ARRIVAL),
          "line",
          emitter);

  @AfterEach
  void close() {
    outlet.close();
  }

  @Test
  void whatTheJournalHasNoRoomForWaitsInItsOrder() {
    outlet.hold("normal");
    outlet.limit(2);
    IntStream.range(0, 10).forEach(this::put);
    assertEquals(8, feed.waiting());
    drain();
    assertEquals(IntStream.range(0, 10).mapToObj(Integer::toString).toList(), durable());
    assertEquals(0, feed.waiting());
    eventually(() -> count("logged") == 10);
    assertEquals(0, count("dropped"));
  }

  @Test
  void whatFindsNoRoomAtAllIsToldInItsPlace() {
    outlet.hold("normal");
    outlet.limit(1);
    IntStream.range(0, 100).forEach(this::put);
    int kept = 1 + feed.waiting();
    assertTrue(kept > 50 && kept < 100, () -> "kept " + kept);
    drain();
    put(100);
    drain();
    List<String> expected =
        new ArrayList<>(IntStream.range(0, kept).mapToObj(Integer::toString).toList());
    expected.add(
        "dropped %d readings from 1970-01-01T00:00:00.%03dZ to 1970-01-01T00:00:00.099Z: the journal had no room"
            .formatted(100 - kept, kept));
    expected.add("100");
    assertEquals(expected, durable());
    assertEquals(100 - kept, count("dropped"));
  }

  @Test
  void nothingMoreNeedComeForTheDroppedToBeTold() {
    outlet.hold("normal");
    outlet.limit(1);
    IntStream.range(0, 100).forEach(this::put);
    drain();
    assertTrue(durable().getLast().startsWith("dropped "), durable()::getLast);
  }

  @Test
  void whatAJournalRefusesIsCounted() {
    outlet.refuse(reading -> Refused.TOO_LARGE);
    put(0);
    eventually(() -> count("refusedTooLarge") == 1);
    assertEquals("a reading of topic t: TOO_LARGE", feed.counts().lastError());
  }

  private void put(int number) {
    byte[] payload = new byte[PAYLOAD_BYTES];
    byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, payload, 0, digits.length);
    var unused = feed.put(Measurement.good("s", number).of(payload), number);
  }

  /// Until all that was put has been taken by the journal.
  private void drain() {
    outlet.go("normal");
    eventually(() -> feed.flush() == 0 && feed.waiting() == 0 && outlet.pending("normal") == 0);
  }

  private long count(String counter) {
    return feed.counts().shown().getOrDefault(counter, -1L);
  }

  private static void eventually(BooleanSupplier condition) {
    long until = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "nothing moves");
      Thread.onSpinWait();
    }
  }

  private List<String> durable() {
    return outlet.durable().stream().map(FeedTest::text).toList();
  }

  private static String text(Reading reading) {
    byte[] value = Objects.requireNonNull(reading.value());
    return value.length > 0
        ? new String(value, StandardCharsets.US_ASCII).trim()
        : new String(
            reading.headers().stream()
                .filter(each -> each.key().equals("reason"))
                .findFirst()
                .orElseThrow()
                .value(),
            StandardCharsets.UTF_8);
  }
}
