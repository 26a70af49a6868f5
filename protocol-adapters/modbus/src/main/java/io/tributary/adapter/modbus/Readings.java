package io.tributary.adapter.modbus;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Feed;
import io.tributary.adapter.measurement.Measurement;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/// Makes readings of what a line tells. The line's thread only.
final class Readings implements Polls {
  private final String adapter;
  private final Feed feed;
  private final Counts<Counter> counts;

  /// The last number that was logged, by source; none while the source has none.
  private final Map<String, BigDecimal> lasts = new HashMap<>();

  Readings(String adapter, Feed feed, Counts<Counter> counts) {
    this.adapter = adapter;
    this.feed = feed;
    this.counts = counts;
  }

  @Override
  public void read(Device device, Block block, byte[] data) {
    for (Point point : block.points) {
      String source = source(device, point.name());
      byte[] part = point.partOf(data, block.start);
      try {
        Object value = point.value(part);
        if (isNews(source, point, value)) {
          boolean isKept = put(Measurement.good(source, value).in(point.unit()).of(part));
          if (!isKept) {
            lasts.remove(source); // a consumer does not know it
          }
        } else {
          counts.count(Counter.UNCHANGED);
        }
      } catch (NoValue e) {
        counts.count(Counter.IMPOSSIBLE, source + ": " + e.getMessage());
        fail(source, String.valueOf(e.getMessage()), part);
      }
    }
  }

  private boolean isNews(String source, Point point, Object value) {
    BigDecimal deadband = point.deadband();
    if (deadband == null || !(value instanceof Number number)) {
      return true;
    }
    BigDecimal now = new BigDecimal(number.toString());
    BigDecimal last = lasts.get(source);
    if (last != null && now.subtract(last).abs().compareTo(deadband) < 0) {
      return false;
    }
    lasts.put(source, now);
    return true;
  }

  @Override
  public void failed(Device device, Block block, String why) {
    block.points.forEach(point -> fail(source(device, point.name()), why, new byte[0]));
  }

  private void fail(String source, String why, byte[] raw) {
    lasts.remove(source); // so that the next value is logged, however near it is
    var unused = put(Measurement.error(source, why).of(raw));
  }

  private boolean put(Measurement measurement) {
    return feed.put(measurement, System.currentTimeMillis());
  }

  private String source(Device device, String point) {
    return adapter + "/" + device.name + "/" + point;
  }

  @Override
  public void count(Counter counter, long amount) {
    counts.count(counter, amount);
  }

  @Override
  public void example(String what) {
    counts.example(what);
  }
}
