package io.tributary.sim.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GroupHistoryTest {
  private final GroupHistory history = new GroupHistory(1);
  private final GroupHistory.Member first = history.new Member("first");
  private final GroupHistory.Member second = history.new Member("second");

  @Test
  void aMemberThatGoesOnBehindTheLastCommitIsRight() {
    assigned(first, 1);
    read(first, 2, 0, 9);
    committed(first, 3, 10);
    read(first, 4, 10, 19); // and dies
    assigned(second, 10);
    read(second, 11, 10, 29);
    assertEquals(List.of(), history.violations(Map.of(0, 30L)));
    assertEquals(30, history.read());
    assertEquals(10, history.readAgain());
  }

  @Test
  void aMemberThatBeginsBeforeTheLastCommitIsWrong() {
    assigned(first, 1);
    read(first, 2, 0, 9);
    committed(first, 3, 10);
    assigned(second, 10);
    read(second, 11, 5, 9);
    violates("second began partition 0 at 5, which was committed up to 10");
  }

  @Test
  void aCommitOfTheSameMomentDoesNotCount() {
    assigned(first, 1);
    read(first, 2, 0, 9);
    committed(first, 10, 10);
    assigned(second, 10);
    read(second, 11, 0, 9);
    assertEquals(List.of(), history.violations(Map.of(0, 10L)));
  }

  @Test
  void whatNobodyReadsIsWrong() {
    assigned(first, 1);
    read(first, 2, 0, 4);
    assigned(second, 10);
    read(second, 11, 6, 9);
    violates("partition 0: 1 records were read by nobody, the first at 5");
  }

  @Test
  void aLeapIsWrong() {
    assigned(first, 1);
    read(first, 2, 0, 4);
    read(first, 3, 4, 9);
    violates("first read partition 0 from 4, where it was at 5");
  }

  @Test
  void aMemberThatReadsWhatIsNotItsOwnIsWrong() {
    assigned(first, 1);
    read(first, 2, 0, 4);
    say(
        first,
        "{\"timestamp\":3,\"name\":\"partitions_revoked\",\"partitions\":[{\"topic\":\"t\",\"partition\":0}]}");
    read(first, 4, 5, 9);
    violates("first read partition 0 from 5, where it was at null");
  }

  private void violates(String what) {
    List<String> violations = history.violations(Map.of(0, 10L));
    assertTrue(violations.contains(what), violations::toString);
  }

  private static void assigned(GroupHistory.Member member, int at) {
    say(
        member,
        "{\"timestamp\":%d,\"name\":\"partitions_assigned\",\"partitions\":[{\"topic\":\"t\",\"partition\":0}]}"
            .formatted(at));
  }

  private static void read(GroupHistory.Member member, int at, int from, int last) {
    say(
        member,
        "{\"timestamp\":%d,\"name\":\"records_consumed\",\"count\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":0,\"count\":1,\"minOffset\":%d,\"maxOffset\":%d}]}"
            .formatted(at, from, last));
  }

  private static void committed(GroupHistory.Member member, int at, int offset) {
    say(
        member,
        "{\"timestamp\":%d,\"name\":\"offsets_committed\",\"offsets\":[{\"topic\":\"t\",\"partition\":0,\"offset\":%d}],\"success\":true}"
            .formatted(at, offset));
  }

  private static void say(GroupHistory.Member member, String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    member.line(bytes, 0, bytes.length);
  }
}
