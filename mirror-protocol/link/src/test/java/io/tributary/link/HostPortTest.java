package io.tributary.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostPortTest {
  @ParameterizedTest
  @CsvSource({"localhost:7420,localhost,7420", "[::1]:1,::1,1", "10.0.0.1:65535,10.0.0.1,65535"})
  void readsAndWrites(String text, String host, int port) {
    HostPort parsed = HostPort.parse(text);
    assertEquals(new HostPort(host, port), parsed);
    assertEquals(text, parsed.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", ":7420", "host:", "host:x", "host:70000", "::1:7420", "h:-1"})
  void refusesWhatIsNoAddress(String text) {
    assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
  }

  @Test
  void saysWhatIsWrong() {
    String problem =
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse("::1:7420")).getMessage();
    assertTrue(String.valueOf(problem).contains("[ADDRESS]:PORT"));
  }
}
