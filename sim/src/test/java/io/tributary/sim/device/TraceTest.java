package io.tributary.sim.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TraceTest {
  @TempDir private Path directory;

  @Test
  void aCsvKeepsItsNumbersAsTheyAreWritten() throws IOException {
    Trace trace =
        read("timestamp,value\n2013-12-02 21:15:00,73.96732207\n2013-12-02 21:15:00,74.50\n");
    long ms = Instant.parse("2013-12-02T21:15:00Z").toEpochMilli();
    assertEquals(
        "{\"ts\":" + ms + ",\"value\":73.96732207,\"seq\":0}", trace.rows().get(0).payload(0));
    assertEquals("74.50", trace.rows().get(1).value());
  }

  @Test
  void aWrongLineIsNamed() {
    String text =
        String.valueOf(
            assertThrows(IOException.class, () -> read("timestamp,value\nyesterday,hot\n"))
                .getMessage());
    assertTrue(text.contains("trace:2") && text.contains("yesterday,hot"), text);
  }

  @Test
  void sentencesCarryTheTimeOfTheLastFix() throws IOException {
    Trace trace =
        read(
            """
            # a comment
            $GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76
            $GPRMC,092751.000,A,5321.6802,N,00630.3371,W,0.06,31.66,280511,,,A*45
            $GPGSA,A,3,10,07,05,02,29,04,08,13,,,,,1.72,1.03,1.38*0A
            dirt
            """);
    assertEquals(3, trace.rows().size());
    long ms = Instant.parse("2011-05-28T09:27:51Z").toEpochMilli();
    assertEquals(ms, trace.rows().get(0).timestampMs());
    assertEquals(ms, trace.rows().get(2).timestampMs());
    assertTrue(trace.rows().get(1).value().startsWith("\"$GPRMC,"));
  }

  @Test
  void whatIsNeitherIsRefused() {
    assertThrows(IOException.class, () -> read("hello\nworld\n"));
  }

  private Trace read(String text) throws IOException {
    Path file = directory.resolve("trace");
    Files.writeString(file, text);
    return Trace.read(file);
  }
}
