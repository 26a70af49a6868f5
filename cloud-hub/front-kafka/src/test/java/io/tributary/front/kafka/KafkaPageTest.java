package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

/// docs/kafka.md names every request that a client can send to a broker, and in which versions it is answered.
class KafkaPageTest {
  private static final int COLUMNS = 4;

  @Test
  void thePageSaysWhatIsOffered() throws IOException {
    List<String> expected = new ArrayList<>();
    for (ApiKeys api : ApiKeys.values()) {
      if (api.inScope(ApiMessageType.ListenerType.BROKER)) {
        expected.add("| %d | %s | %s |".formatted(api.id, api.name, versions(api)));
      }
    }
    assertEquals(expected, rows());
  }

  private static String versions(ApiKeys api) {
    if (!KafkaWire.isOffered(api)) {
      return "—";
    }
    int oldest = api.oldestVersion();
    int latest = KafkaWire.latestVersion(api);
    return oldest == latest ? Integer.toString(oldest) : oldest + "–" + latest;
  }

  /// The first three columns of the rows that begin with a number.
  private static List<String> rows() throws IOException {
    Path module = Path.of(System.getProperty("basedir", "."));
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(module.resolve("../../docs/kafka.md"))) {
      if (line.matches("\\| \\d+ \\|.*")) {
        String[] cells = line.split(" \\| ", COLUMNS);
        rows.add(cells[0] + " | " + cells[1] + " | " + cells[2] + " |");
      }
    }
    return rows;
  }
}
