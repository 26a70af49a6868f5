package io.tributary.sim.clients;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the members of a group have said they did, and whether it was right. Each member's lines are in order; between
/// members the times that they print decide.
final class GroupHistory {
  private final List<Partition> partitions = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private int assignments;

  private static final class Partition {
    private final BitSet read = new BitSet();
    private final List<Commit> commits = new ArrayList<>();
    private final List<Beginning> beginnings = new ArrayList<>();
    private long again;
  }

  /// The answer to it had come at that time.
  private record Commit(long timestampMs, long offset) {}

  /// Where a member began to read a partition that was assigned to it at that time.
  private record Beginning(String member, long assignedMs, long offset) {}

  GroupHistory(int count) {
    for (int i = 0; i < count; i++) {
      partitions.add(new Partition());
    }
  }

  /// What one process says of itself, on a thread of its own.
  final class Member implements Tool.Lines {
    private final String name;

    /// When each partition was assigned from which nothing has been read since.
    private final Map<Integer, Long> fresh = new HashMap<>();

    private final Map<Integer, Long> next = new HashMap<>();

    Member(String name) {
      this.name = name;
    }

    @Override
    public void line(byte[] buffer, int from, int to) {
      String line = new String(buffer, from, to - from, StandardCharsets.UTF_8);
      JsonObject event;
      try {
        event = JsonParser.object().from(line);
      } catch (JsonParserException e) {
        return; // cut off by its death
      }
      synchronized (GroupHistory.this) {
        take(event);
      }
    }

    private void take(JsonObject event) {
      long timestampMs = event.getLong("timestamp");
      switch (event.getString("name", "")) {
        case "partitions_assigned" -> {
          assignments++;
          for (JsonObject each : objects(event.getArray("partitions"))) {
            fresh.put(each.getInt("partition"), timestampMs);
          }
        }
        case "partitions_revoked" -> {
          for (JsonObject each : objects(event.getArray("partitions"))) {
            fresh.remove(each.getInt("partition"));
            next.remove(each.getInt("partition"));
          }
        }
        case "records_consumed" -> {
          for (JsonObject each : objects(event.getArray("partitions"))) {
            read(each.getInt("partition"), each.getLong("minOffset"), each.getLong("maxOffset"));
          }
        }
        case "offsets_committed" -> {
          if (event.getBoolean("success")) {
            for (JsonObject each : objects(event.getArray("offsets"))) {
              partitions
                  .get(each.getInt("partition"))
                  .commits
                  .add(new Commit(timestampMs, each.getLong("offset")));
            }
          }
        }
        default -> {
          // it starts, or ends
        }
      }
    }

    private void read(int index, long from, long last) {
      Partition partition = partitions.get(index);
      Long assignedMs = fresh.remove(index);
      Long expected = next.put(index, last + 1);
      if (assignedMs != null) {
        partition.beginnings.add(new Beginning(name, assignedMs, from));
      } else if (expected == null || expected != from) {
        violations.add(
            "%s read partition %d from %d, where it was at %s"
                .formatted(name, index, from, expected));
      }
      for (long offset = from; offset <= last; offset++) {
        if (partition.read.get((int) offset)) {
          partition.again++;
        }
        partition.read.set((int) offset);
      }
    }

    private static List<JsonObject> objects(JsonArray array) {
      return array == null ? List.of() : array.stream().map(JsonObject.class::cast).toList();
    }
  }

  /// How many offsets somebody has read.
  synchronized long read() {
    return partitions.stream().mapToLong(partition -> partition.read.cardinality()).sum();
  }

  /// How often one of them was read once more.
  synchronized long readAgain() {
    return partitions.stream().mapToLong(partition -> partition.again).sum();
  }

  synchronized int assignments() {
    return assignments;
  }

  /// What was not right, when all members have ended.
  ///
  /// @param ends behind the last offset of each partition
  synchronized List<String> violations(Map<Integer, Long> ends) {
    List<String> all = new ArrayList<>(violations);
    ends.forEach((index, end) -> {
      Partition partition = partitions.get(index);
      long skipped = end - partition.read.get(0, (int) (long) end).cardinality();
      if (skipped > 0) {
        all.add(
            "partition %d: %d records were read by nobody, the first at %d"
                .formatted(index, skipped, partition.read.nextClearBit(0)));
      }
      judgeBeginnings(index, partition, all);
    });
    return all;
  }

  /// Nobody begins before what was committed when the partition became his.
  private static void judgeBeginnings(int index, Partition partition, List<String> all) {
    TreeMap<Long, Long> committed = new TreeMap<>(); // the greatest up to each time
    partition.commits.sort(Comparator.comparingLong(Commit::timestampMs));
    long most = 0;
    for (Commit commit : partition.commits) {
      most = Math.max(most, commit.offset());
      committed.put(commit.timestampMs(), most);
    }
    for (Beginning beginning : partition.beginnings) {
      var before = committed.lowerEntry(beginning.assignedMs());
      if (before != null && beginning.offset() < before.getValue()) {
        all.add(
            "%s began partition %d at %d, which was committed up to %d"
                .formatted(beginning.member(), index, beginning.offset(), before.getValue()));
      }
    }
  }
}
