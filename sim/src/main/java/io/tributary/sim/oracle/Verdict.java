package io.tributary.sim.oracle;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Holds what was read at the hub against what the devices were acknowledged. Fed record by record,
/// in the order of each partition.
public final class Verdict {
  private static final int EXAMPLES = 10;

  private final Map<String, Device> devices = new HashMap<>();
  private final List<String> examples = new ArrayList<>();
  private long read;
  private long found;
  private long duplicated;
  private long resent;
  private long disordered;
  private long altered;
  private long foreign;

  /// What is known of one device: its ledger, and how often each of its numbers was read.
  private static final class Device {
    final Ledger ledger;
    final Map<Long, Integer> times = new HashMap<>();
    long last = Long.MIN_VALUE;

    Device(Ledger ledger) {
      this.ledger = ledger;
    }
  }

  public Verdict(Iterable<Ledger> ledgers) {
    for (Ledger ledger : ledgers) {
      if (devices.put(ledger.key(), new Device(ledger)) != null) {
        throw new IllegalArgumentException("two ledgers for the key " + ledger.key());
      }
    }
  }

  /// Takes one record as a Kafka client read it.
  ///
  /// @param key the device's MQTT topic
  /// @param seq the number that the device gave, from the value
  /// @param claimedMs the timestamp that the device gave, from the value
  /// @param timestampMs the record's own timestamp
  public void record(
      String key, String value, long seq, long claimedMs, long timestampMs, String place) {
    read++;
    Device device = devices.get(key);
    if (device == null) {
      foreign++;
      return;
    }
    int times = device.times.merge(seq, 1, Integer::sum);
    String payload = device.ledger.acked().get(seq);
    if (times == 1) {
      if (payload != null) {
        found++;
      }
      if (seq < device.last) {
        disordered++;
        example("disordered: " + key + " seq " + seq + " after " + device.last + " at " + place);
      }
      device.last = Math.max(device.last, seq);
    } else if (device.ledger.mayRepeat(seq)) {
      resent++;
    } else {
      duplicated++;
      example("duplicated: " + key + " seq " + seq + " at " + place);
    }
    if ((payload != null && !payload.equals(value)) || claimedMs != timestampMs) {
      altered++;
      example("altered: " + key + " seq " + seq + " timestamp " + timestampMs + ": " + value);
    }
  }

  /// Whether every acknowledged reading has been seen.
  public boolean isComplete() {
    return missing() == 0;
  }

  /// As above, of one device by its key; null for all.
  public boolean isComplete(@Nullable String key) {
    Device device = key == null ? null : devices.get(key);
    return device == null
        ? isComplete()
        : device.times.keySet().containsAll(device.ledger.acked().keySet());
  }

  public long read() {
    return read;
  }

  public long acknowledged() {
    return devices.values().stream().mapToLong(d -> d.ledger.acked().size()).sum();
  }

  /// A QoS 0 publish was promised to nobody.
  public long missing() {
    return devices.values().stream()
        .filter(d -> d.ledger.qos() > 0)
        .mapToLong(
            d -> d.ledger.acked().keySet().stream().filter(s -> !d.times.containsKey(s)).count())
        .sum();
  }

  public long duplicated() {
    return duplicated;
  }

  public long disordered() {
    return disordered;
  }

  public long altered() {
    return altered;
  }

  public long resent() {
    return resent;
  }

  /// Read at the hub, but not in the ledger: published, its acknowledgement not (yet) seen.
  public long unacknowledged() {
    return devices.values().stream()
        .mapToLong(
            d -> d.times.keySet().stream().filter(s -> !d.ledger.acked().containsKey(s)).count())
        .sum();
  }

  public boolean holds() {
    return missing() == 0 && duplicated == 0 && disordered == 0 && altered == 0;
  }

  /// Adds this verdict's figures to an open JSON object.
  public void write(JsonStringWriter json) {
    json.value("readings", acknowledged())
        .value("read", read)
        .value("found", found)
        .value("missing", missing())
        .value("duplicated", duplicated)
        .value("disordered", disordered)
        .value("altered", altered)
        .value("resent", resent)
        .value("unacknowledged", unacknowledged())
        .value("foreign", foreign);
    if (!examples.isEmpty()) {
      json.array("examples", examples);
    }
  }

  public String toJson() {
    JsonStringWriter json = JsonWriter.string().object();
    write(json);
    return json.end().done();
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES) {
      examples.add(text);
    }
  }
}
