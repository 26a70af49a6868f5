package io.tributary.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tributary.record.Gap;
import io.tributary.record.GapReason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GapEntryTest {
  private static GapEntry entry(String edgeId) {
    Gap gap = new Gap(100, 150, GapReason.DROP_OLDEST);
    return new GapEntry(edgeId, "temperature", Long.MAX_VALUE, gap, 1_790_000_000_000L);
  }

  @Test
  void isOneLineOfJsonThatCountsWhatIsMissing() {
    assertEquals(
        "{\"edge\":\"press-7\",\"topic\":\"temperature\",\"stream\":\"9223372036854775807\","
            + "\"from\":100,\"to\":150,\"count\":50,\"reason\":\"drop-oldest\","
            + "\"declaredAtMs\":1790000000000}",
        new String(entry("press-7").value(), StandardCharsets.UTF_8));
  }

  @Test
  void theSameHoleHasTheSameKey() {
    assertEquals(
        "press-7/temperature/9223372036854775807/100",
        new String(entry("press-7").key(), StandardCharsets.UTF_8));
  }

  @Test
  void readsBackWhatItWroteWhateverTheEdgeIsCalled() {
    for (String edgeId : new String[] {"press-7", "a\"b\\c", "tab\there", "\",\"topic\":\"x"}) {
      assertEquals(entry(edgeId), GapEntry.read(entry(edgeId).value()));
    }
  }

  @Test
  void aLineWithACutOrAnotherEscapeIsNotItsOwn() {
    String own = new String(entry("a\tb").value(), StandardCharsets.UTF_8);
    for (String escape :
        new String[] {"\\u", "\\u0", "\\u000", "\\u00 9", "\\u+009", "\\t", "\\/"}) {
      String other = own.replace("\\u0009b", escape);
      assertNull(GapEntry.read(other.getBytes(StandardCharsets.UTF_8)), other);
    }
  }

  @Test
  void doesNotTakeOtherLinesForItsOwn() {
    for (String other : new String[] {"", "{}", "{\"edge\":\"a\"}", "not json"}) {
      assertNull(GapEntry.read(other.getBytes(StandardCharsets.UTF_8)), other);
    }
  }
}
