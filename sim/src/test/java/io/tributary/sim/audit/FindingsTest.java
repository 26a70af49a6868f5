package io.tributary.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Whatever an audit says otherwise than it should is seen.
final class FindingsTest {
  private static final Range DAMAGED = new Range("own", Range.DAMAGED, 10, 20);
  private static final Map<String, Long> LENGTHS = Map.of("own", 100L);

  private final Findings findings = new Findings();

  @Test
  void anExactAnswerIsNoDifference() {
    audited(
        new Answer(1, false, List.of(DAMAGED), proved(10), LENGTHS, 0, List.of(), true), DAMAGED);
    audited(new Answer(0, true, List.of(), proved(100), LENGTHS, 100, List.of(), true));
    assertEquals(0, findings.differences());
    assertEquals(1, findings.named());
    assertEquals(1, findings.proven());
  }

  @Test
  void aRangeThatIsOneOffsetTooLongIsADifference() {
    Range longer = new Range("own", Range.DAMAGED, 10, 21);
    audited(
        new Answer(1, false, List.of(longer), proved(10), LENGTHS, 0, List.of(), true), DAMAGED);
    assertEquals(1, findings.differences());
    assertEquals(0, findings.named());
  }

  @Test
  void whatIsNotNamedAndWhatIsNamedForNothingAreDifferences() {
    audited(new Answer(0, true, List.of(), proved(100), LENGTHS, 0, List.of(), true), DAMAGED);
    audited(new Answer(1, false, List.of(DAMAGED), proved(100), LENGTHS, 0, List.of(), true));
    assertEquals(5, findings.differences());
  }

  @Test
  void aStreamThatIsNotProvenToItsEndIsADifference() {
    audited(new Answer(0, true, List.of(), proved(99), LENGTHS, 0, List.of(), true));
    assertEquals(1, findings.differences());
  }

  @Test
  void provingBehindDamageIsADifference() {
    audited(
        new Answer(1, false, List.of(DAMAGED), proved(11), LENGTHS, 0, List.of(), true), DAMAGED);
    assertEquals(1, findings.differences());
  }

  @Test
  void endingBeforeTheStreamDoesIsADifferenceBehindDamageToo() {
    Map<String, Long> ends = Map.of("own", 50L);
    audited(new Answer(1, false, List.of(DAMAGED), proved(10), ends, 0, List.of(), true), DAMAGED);
    assertEquals(1, findings.differences());
  }

  @Test
  void whatIsNotProvenIsADifference() {
    List<Range> unproven = List.of(new Range("own", "unproven", 20, 30));
    audited(
        new Answer(1, false, List.of(DAMAGED), proved(10), LENGTHS, 0, unproven, true), DAMAGED);
    assertEquals(1, findings.differences());
  }

  @Test
  void aGapThatIsToldTwiceOrNotAtAllIsADifference() {
    Range absent = new Range("own", Range.ABSENT, 10, 20);
    findings.told("now", List.of(absent), Set.of(absent));
    assertEquals(0, findings.differences());
    findings.told("now", List.of(absent, absent), Set.of(absent));
    findings.told("now", List.of(), Set.of(absent));
    assertEquals(2, findings.differences());
  }

  private static Map<String, Long> proved(long to) {
    return Map.of("own", to);
  }

  private void audited(Answer answer, Range... expected) {
    findings.audited("now", answer, Set.of(expected), LENGTHS);
  }
}
