package io.tributary.sim.world;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/// What was seen: how often each fault struck, which states were visited, how much was delivered.
final class Tally {
  private final EnumMap<Fault, Long> faults = new EnumMap<>(Fault.class);
  private final TreeMap<String, Long> states = new TreeMap<>();
  private final Reunions reunions = new Reunions();
  private long readings;
  private long acked;
  private long gaps;
  private long turns;
  private long droppedWithGap;
  private long livedMs;
  private final EnumMap<Violation.Kind, Long> broken = new EnumMap<>(Violation.Kind.class);

  void reunited(Reunion.Outcome outcome) {
    reunions.add(outcome);
  }

  Reunions reunions() {
    return reunions;
  }

  void struck(Fault fault) {
    struck(fault, 1);
  }

  void struck(Fault fault, long times) {
    if (times > 0) {
      faults.merge(fault, times, Long::sum);
    }
  }

  long struckBy(Fault fault) {
    return faults.getOrDefault(fault, 0L);
  }

  void visited(String state) {
    states.merge(state, 1L, Long::sum);
  }

  void visited(String state, long times) {
    if (times > 0) {
      states.merge(state, times, Long::sum);
    }
  }

  void broken(Violation.Kind kind) {
    broken.merge(kind, 1L, Long::sum);
  }

  void droppedWithGap(long records) {
    droppedWithGap += records;
  }

  /// In the world's own time.
  void lived(long ms) {
    livedMs += ms;
  }

  void produced() {
    readings++;
  }

  void acked(long count) {
    acked += count;
  }

  void gap() {
    gaps++;
  }

  void turns(long count) {
    turns += count;
  }

  void add(Tally other) {
    other.faults.forEach((fault, times) -> faults.merge(fault, times, Long::sum));
    other.states.forEach((state, times) -> states.merge(state, times, Long::sum));
    reunions.add(other.reunions);
    readings += other.readings;
    acked += other.acked;
    gaps += other.gaps;
    turns += other.turns;
    droppedWithGap += other.droppedWithGap;
    livedMs += other.livedMs;
    other.broken.forEach((kind, times) -> broken.merge(kind, times, Long::sum));
  }

  long timesBroken(Violation.Kind kind) {
    return broken.getOrDefault(kind, 0L);
  }

  long droppedWithGap() {
    return droppedWithGap;
  }

  long livedMs() {
    return livedMs;
  }

  Map<String, Long> states() {
    return states;
  }

  long readings() {
    return readings;
  }

  long acked() {
    return acked;
  }

  long gaps() {
    return gaps;
  }

  long turns() {
    return turns;
  }
}
