package io.tributary.sim.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A judge that cannot find anybody guilty is no judge.
final class VerdictTest {
  private static final String KEY = "plant/m1";

  @TempDir private Path directory;

  @Test
  void holdsWhenEverythingIsThereOnceAndInOrder() throws IOException {
    Verdict verdict = verdict(2, 3);
    read(verdict, 0, 1, 2);
    assertTrue(verdict.holds() && verdict.isComplete());
    assertEquals(3, verdict.acknowledged());
  }

  @Test
  void findsWhatIsMissing() throws IOException {
    Verdict verdict = verdict(2, 3);
    read(verdict, 0, 2);
    assertEquals(1, verdict.missing());
    assertFalse(verdict.holds());
  }

  @Test
  void findsWhatIsThereTwice() throws IOException {
    Verdict verdict = verdict(2, 3);
    read(verdict, 0, 1, 2, 1);
    assertEquals(1, verdict.duplicated());
    assertEquals(0, verdict.disordered());
    assertFalse(verdict.holds());
  }

  @Test
  void findsWhatIsOutOfOrder() throws IOException {
    Verdict verdict = verdict(2, 3);
    read(verdict, 1, 0, 2);
    assertEquals(1, verdict.disordered());
    assertFalse(verdict.holds());
  }

  @Test
  void findsAnotherValueAndAnotherTimestamp() throws IOException {
    Verdict verdict = verdict(2, 2);
    verdict.record(KEY, payload(0) + " ", 0, 0, 0, "t-0@0");
    verdict.record(KEY, payload(1), 1, 1, 2, "t-0@1");
    assertEquals(2, verdict.altered());
    assertFalse(verdict.holds());
  }

  @Test
  void aPublishThatWasRightlySentTwiceIsResent() throws IOException {
    Verdict verdict = verdict(1, 3, 1L);
    read(verdict, 0, 1, 2, 1);
    assertEquals(1, verdict.resent());
    assertTrue(verdict.holds());
    read(verdict, 2);
    assertEquals(1, verdict.duplicated());
  }

  @Test
  void nobodyWasPromisedAQos0Publish() throws IOException {
    Verdict verdict = verdict(0, 3);
    read(verdict, 0);
    assertTrue(verdict.holds());
  }

  @Test
  void whatNobodyAcknowledgedIsCountedApart() throws IOException {
    Verdict verdict = verdict(2, 2);
    read(verdict, 0, 1, 2);
    verdict.record("plant/other", payload(0), 0, 0, 0, "t-0@9");
    assertEquals(1, verdict.unacknowledged());
    assertTrue(verdict.holds());
    assertTrue(verdict.toJson().contains("\"foreign\":1"), verdict.toJson());
  }

  @Test
  void aDamagedLedgerIsNamedWithItsLine() throws IOException {
    Path file = directory.resolve("ledger");
    Files.writeString(file, "{\"ledger\":1,\"key\":\"k\",\"qos\":2}\nack\t1\n");
    String text =
        String.valueOf(assertThrows(IOException.class, () -> Ledger.read(file)).getMessage());
    assertTrue(text.contains("ledger:2"), text);
  }

  @Test
  void aFleetsLedgerIsOneForEachOfItsDevices() throws IOException {
    Path file = directory.resolve("fleet");
    try (FleetLedger ledger = new FleetLedger(file, 2)) {
      ledger.key(0, "d/0");
      ledger.key(1, KEY);
      for (long seq = 0; seq < 3; seq++) {
        ledger.ack(1, seq, payload(seq).getBytes(StandardCharsets.UTF_8));
      }
      ledger.again(1, 1);
      ledger.anew(1, 2);
    }
    Verdict verdict = new Verdict(Ledger.readAll(file));
    read(verdict, 0, 1);
    assertEquals(3, verdict.acknowledged());
    assertEquals(1, verdict.missing());
    read(verdict, 2, 2);
    assertEquals(1, verdict.resent());
    assertTrue(verdict.holds(), "where the session was lost it may be there twice");
    read(verdict, 1);
    assertEquals(1, verdict.duplicated(), "at QoS 2 it may not");
  }

  @Test
  void aDamagedLedgerOfAFleetIsNamedWithItsLine() throws IOException {
    Path file = directory.resolve("fleet");
    for (String line : List.of("ack\t0\t1\tx", "key\t1\tk", "key", "gone\t0\t1")) {
      Files.writeString(file, "{\"ledger\":2,\"qos\":2}\n" + line + "\n");
      String text =
          String.valueOf(assertThrows(IOException.class, () -> Ledger.readAll(file)).getMessage());
      assertTrue(text.contains("fleet:2"), text);
    }
  }

  private Verdict verdict(int qos, int acked, Long... again) throws IOException {
    Path file = directory.resolve("ledger");
    try (Ledger.Recorder recorder = new Ledger.Recorder(file, KEY, "m1", qos)) {
      for (long seq = 0; seq < acked; seq++) {
        recorder.ack(seq, payload(seq));
      }
      for (long seq : again) {
        recorder.again(seq);
      }
    }
    return new Verdict(List.of(Ledger.read(file)));
  }

  private static void read(Verdict verdict, long... seqs) {
    for (long seq : seqs) {
      verdict.record(KEY, payload(seq), seq, seq, seq, "t-0@" + seq);
    }
  }

  private static String payload(long seq) {
    return "{\"ts\":" + seq + ",\"value\":7,\"seq\":" + seq + "}";
  }
}
