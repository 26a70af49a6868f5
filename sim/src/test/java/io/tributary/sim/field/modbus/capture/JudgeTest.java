package io.tributary.sim.field.modbus.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// One register whose captured answers are 7, exception 2, and 9.
final class JudgeTest {
  private static final String SOURCE = "capture/10.0.0.2-502-unit1/input-5";
  private static final String SAID =
      "{\"counts\":{\"requests\":3},\"functions\":{\"4\":3},\"answers\":{\"10.0.0.2:502 1 4 5 1\":[[7],2,[9]]}}";

  private final PollPlan plan =
      new PollPlan(
          Map.of(new Read(new Endpoint("10.0.0.2", 502), 1, 4, 5, 1), List.of(new byte[4])));
  private final List<String> readings = new ArrayList<>();

  @Test
  void theValuesOfTheScriptInItsOrderAreRight() throws Exception {
    good(7);
    error("the device answers with exception 2, illegal data address");
    good(9);
    Judge judge = judged();
    assertTrue(judge.isAsTheScriptSays(), judge::verdict);
    assertEquals(3, judge.values());
    assertEquals(1, judge.exceptions());
    good(9); // the last once more
    error("no answer within 10000 ms");
    assertTrue(judged().isAsTheScriptSays());
    good(7);
    assertTrue(!judged().isAsTheScriptSays());
  }

  @Test
  void anotherValueOrOrderOrExceptionIsADifference() throws Exception {
    good(7);
    error("the device answers with exception 2, illegal data address");
    good(8);
    assertTrue(!judged().isAsTheScriptSays(), "8 for 9");
    readings.set(2, readings.getFirst().replace("7", "9"));
    assertTrue(judged().isAsTheScriptSays());
    readings.add(0, readings.removeLast());
    assertTrue(!judged().isAsTheScriptSays(), "in another order");
    readings.clear();
    good(7);
    error("the device answers with exception 3, illegal data value");
    good(9);
    assertTrue(!judged().isAsTheScriptSays(), "another exception");
  }

  @Test
  void whatIsMissingOrNobodysIsADifference() throws Exception {
    good(7);
    assertTrue(judged().verdict().contains("has 1 readings of 3"));
    readings.clear();
    good(7);
    error("the device answers with exception 2, illegal data address");
    good(9);
    readings.add(readings.getFirst().replace("input-5", "input-6"));
    assertTrue(judged().verdict().contains("readings of capture/10.0.0.2-502-unit1/input-6"));
  }

  @Test
  void countsAreCompared() throws Exception {
    Judge judge = new Judge(Opinion.parsed(SAID));
    Counts counts = new Counts();
    judge.judge(counts);
    assertEquals(
        "requests 0, the script counts 3; functions {}, the script has {4=3}", judge.verdict());
  }

  private Judge judged() throws Exception {
    Judge judge = new Judge(Opinion.parsed(SAID));
    judge.judge(plan, readings);
    return judge;
  }

  private void good(int value) {
    readings.add("{\"source\":\"%s\",\"value\":%d,\"quality\":\"good\"}".formatted(SOURCE, value));
  }

  private void error(String reason) {
    readings.add(
        "{\"source\":\"%s\",\"value\":null,\"quality\":\"error\",\"reason\":\"%s\"}"
            .formatted(SOURCE, reason));
  }
}
