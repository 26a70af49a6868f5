package io.tributary.adapter.modbus;

import static io.tributary.adapter.modbus.Plant.MILLI;
import static io.tributary.adapter.modbus.Plant.SECOND;
import static io.tributary.adapter.modbus.Plant.device;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.digitalpetri.modbus.pdu.WriteSingleRegisterRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A line in virtual time, with devices that answer or do not.
class LineTest {
  private static final Timing SERIAL = new Timing(SECOND, 2 * MILLI, 1, 30 * SECOND, true);

  private final Plant plant = new Plant();
  private long now;

  @Test
  void aPollBecomesAValue() throws Exception {
    Line line = line(SERIAL, device(1, SECOND));
    assertEquals(1, unit(line.send(now)));
    assertTrue(line.isUnderWay());
    assertNull(line.send(now));
    answer(line, 1, 42);
    assertEquals(List.of("d1/r=42"), plant.told);
    assertNull(line.send(now + 100 * MILLI), "it is not due");
    assertEquals(SECOND, line.nextNanos(now));
  }

  @Test
  void aLostAnswerIsAskedForOnceMore() throws Exception {
    Line line = line(SERIAL, device(1, SECOND));
    assertNotNull(line.send(now));
    assertNull(line.tick(now + SECOND - 1));
    now += SECOND;
    assertEquals(1, unit(line.tick(now)));
    answer(line, 1, 42);
    assertEquals(List.of("d1/r=42"), plant.told);
    assertEquals(1, plant.counted(Counter.RETRIES));
  }

  @Test
  void whatDoesNotAnswerIsAnError() {
    Line line = line(SERIAL, device(1, SECOND));
    assertNotNull(line.send(now));
    now += SECOND;
    assertNotNull(line.tick(now));
    now += SECOND;
    assertNull(line.tick(now));
    assertEquals(List.of("d1/r: no answer within 1000 ms"), plant.told);
    assertEquals(2, plant.counted(Counter.TIME_OUTS));
  }

  @Test
  void anExceptionIsAnErrorAndTheDeviceLives() throws Exception {
    Line line = line(SERIAL, device(1, SECOND), device(2, SECOND));
    assertEquals(1, unit(line.send(now)));
    receive(line, 1, new byte[] {(byte) 0x83, 2});
    assertEquals(
        List.of("d1/r: the device answers with exception 2, illegal data address"), plant.told);
    now = SECOND;
    assertEquals(2, unit(line.send(now)));
    answer(line, 2, 1);
    now += 3 * MILLI;
    assertEquals(1, unit(line.send(now)), "on its next turn");
  }

  /// The first answer comes after the second request to the same device would have gone out: it must be nobody's.
  @Test
  void aLateAnswerIsNoOtherRequestsAnswer() throws Exception {
    Point first = Plant.register("first", 0, 1, SECOND);
    Point second = Plant.register("second", 100, 1, SECOND);
    Device device = new Device("d1", 1, Block.of(List.of(first, second), 0, 125));
    Line line = line(new Timing(SECOND, 0, 0, 30 * SECOND, true), device);
    assertNotNull(line.send(now));
    now += SECOND;
    assertNull(line.tick(now));
    plant.told.clear();
    assertNull(line.send(now), "the device rests, since its answer may still come");
    answer(line, 1, 7); // late
    assertEquals(1, plant.counted(Counter.FOREIGN));
    now += SECOND;
    byte[] request = line.send(now);
    assertNotNull(request);
    assertEquals(List.of(), plant.told);
    answer(line, 1, 8);
    assertEquals(1, plant.told.size());
    assertTrue(plant.told.getFirst().endsWith("=8"), plant.told::toString);
  }

  @Test
  void afterARetryTheDeviceRestsToo() throws Exception {
    Line line = line(SERIAL, device(1, 100 * MILLI));
    assertNotNull(line.send(now));
    now += SECOND;
    assertNotNull(line.tick(now));
    answer(line, 1, 42);
    assertNull(line.send(now + SECOND - 1));
    assertNotNull(line.send(now + SECOND));
  }

  /// 32 devices on one line, a tenth of them dead. An answer takes 20 ms, so that all of the living take 580 ms of each second: the
  /// dead are asked in the time that is left, and rarely when there is none.
  @Test
  void theLivingKeepTheirIntervals() throws Exception {
    Set<Integer> dead = Set.of(5, 17, 30);
    List<Device> devices =
        IntStream.rangeClosed(1, 32).mapToObj(unit -> device(unit, 2 * SECOND)).toList();
    Line line =
        new Line(
            devices,
            new RtuFrames(),
            new Timing(300 * MILLI, 2 * MILLI, 1, 30 * SECOND, true),
            plant,
            now);
    Map<Integer, List<Long>> answered = run(line, dead, 20 * MILLI, 300 * SECOND);
    for (int unit = 1; unit <= 32; unit++) {
      List<Long> at = answered.getOrDefault(unit, List.of());
      if (dead.contains(unit)) {
        assertEquals(List.of(), at);
        continue;
      }
      assertTrue(at.size() >= 149, unit + " was answered " + at.size() + " times");
      for (int i = 1; i < at.size(); i++) {
        long interval = at.get(i) - at.get(i - 1);
        assertTrue(interval < 2700 * MILLI, unit + " after " + interval / MILLI + " ms");
      }
    }
    assertEquals(0, plant.counted(Counter.SKIPPED));
    long errors = plant.told.stream().filter(each -> each.contains("no answer")).count();
    assertTrue(errors >= 3 * 10, "the dead are told " + errors + " times");
  }

  @Test
  void aLineWithoutTimeToSpareStillAsksTheDead() throws Exception {
    List<Device> devices =
        IntStream.rangeClosed(1, 4).mapToObj(unit -> device(unit, 100 * MILLI)).toList();
    Line line =
        new Line(
            devices, new RtuFrames(), new Timing(300 * MILLI, 0, 0, 10 * SECOND, true), plant, now);
    Map<Integer, List<Long>> answered = run(line, Set.of(4), 33 * MILLI, 100 * SECOND);
    long asked = plant.counted(Counter.TIME_OUTS);
    assertTrue(asked >= 9 && asked < 25, "asked the dead " + asked + " times");
    int sum = answered.values().stream().mapToInt(List::size).sum();
    assertTrue(sum > 2500, "the living were answered " + sum + " times");
    for (List<Long> each : answered.values()) {
      assertTrue(Math.abs(each.size() - sum / 3) <= 5, "turns are fair: " + each.size());
    }
  }

  @Test
  void aDeviceThatComesBackIsAskedAsBefore() throws Exception {
    Line line = line(SERIAL, device(1, SECOND));
    run(line, Set.of(1), 20 * MILLI, 100 * SECOND);
    plant.told.clear();
    Map<Integer, List<Long>> answered = run(line, Set.of(), 20 * MILLI, 60 * SECOND);
    assertTrue(answered.getOrDefault(1, List.of()).size() >= 29);
    long errors = plant.told.stream().filter(each -> !each.endsWith("=1")).count();
    assertTrue(errors <= 1, "what was under way when it came back");
  }

  @Test
  void aWriteGoesBeforeThePollsAndOnce() throws Exception {
    Device device = device(1, SECOND);
    Line line = line(SERIAL, device, device(2, SECOND));
    List<String> done = new ArrayList<>();
    Request request = Request.write(1, new WriteSingleRegisterRequest(3, 4));
    line.write(new Line.Write(device, request, failure -> done.add(String.valueOf(failure))));
    line.write(new Line.Write(device, request, failure -> done.add(String.valueOf(failure))));
    byte[] frame = line.send(now);
    assertEquals(6, there(frame)[1]);
    receive(line, 1, Arrays.copyOfRange(there(frame), 1, 6));
    assertEquals(List.of("null"), done);
    now += 2 * MILLI;
    assertNotNull(line.send(now));
    now += SECOND;
    assertNull(line.tick(now), "nobody wants a write twice");
    assertEquals(List.of("null", "no answer within 1000 ms"), done);
  }

  @Test
  void whatIsDueWhileTheLineIsAwayIsAnError() {
    Line line = line(SERIAL, device(1, SECOND), device(2, SECOND));
    assertNotNull(line.send(now));
    line.lost("it is gone", now);
    assertEquals(List.of("d1/r: it is gone"), plant.told);
    line.lost("it is gone", now + SECOND / 2);
    assertEquals(List.of("d1/r: it is gone", "d2/r: it is gone"), plant.told);
    assertEquals(1, unit(line.send(now + SECOND)), "it is back");
  }

  /// Answers everything that is not of the dead, in virtual time.
  ///
  /// @return when each was answered
  private Map<Integer, List<Long>> run(Line line, Set<Integer> dead, long takes, long nanos)
      throws Exception {
    Map<Integer, List<Long>> answered = new HashMap<>();
    long end = now + nanos;
    while (now < end) {
      byte[] again = line.tick(now);
      byte[] frame = again == null ? line.send(now) : again;
      if (frame != null && !dead.contains(frame[0] & 0xff)) {
        now += takes;
        answer(line, frame[0], 1);
        answered.computeIfAbsent(frame[0] & 0xff, unit -> new ArrayList<>()).add(now);
      } else {
        long next = line.nextNanos(now);
        assertTrue(next > now || frame != null, "a turn that does nothing must not be repeated");
        now = Math.max(next, now + 1);
      }
    }
    return answered;
  }

  private Line line(Timing timing, Device... devices) {
    return new Line(List.of(devices), new RtuFrames(), timing, plant, now);
  }

  private void answer(Line line, int unit, int value) throws Exception {
    receive(line, unit, new byte[] {3, 2, (byte) (value >> 8), (byte) value});
  }

  private void receive(Line line, int unit, byte[] pdu) throws Exception {
    byte[] frame = new byte[pdu.length + 3];
    frame[0] = (byte) unit;
    System.arraycopy(pdu, 0, frame, 1, pdu.length);
    int crc = 0xffff;
    for (int i = 0; i < pdu.length + 1; i++) {
      crc ^= frame[i] & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
      }
    }
    frame[frame.length - 2] = (byte) crc;
    frame[frame.length - 1] = (byte) (crc >> 8);
    line.received(frame, frame.length, now);
  }

  private static int unit(byte @Nullable [] frame) {
    return there(frame)[0] & 0xff;
  }

  private static byte[] there(byte @Nullable [] bytes) {
    assertNotNull(bytes);
    return bytes;
  }
}
