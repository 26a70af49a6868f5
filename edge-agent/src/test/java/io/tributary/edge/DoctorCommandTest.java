package io.tributary.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.tributary.log.FileDisk;
import io.tributary.log.FullPolicy;
import io.tributary.log.Journal;
import io.tributary.log.JournalConfig;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Real journals, really damaged, and what the doctor says of them.
final class DoctorCommandTest {
  private static final long STREAM = 77;
  private static final int READINGS = 40;

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aHealthyEdgeHasNothingToDo() throws Exception {
    write();
    assertEquals(ExitStatus.DONE, doctor());
    assertTrue(out.toString().contains("There is nothing to do."), out.toString());
  }

  @Test
  void namesTheReadingsThatAreDamagedAndWhatBecomesOfThem() throws Exception {
    write();
    flip(segment(), indexOf("reading-17"));
    assertEquals(ExitStatus.CHECK_FAILED, doctor());
    String text = out.toString();
    assertTrue(text.contains("1 reading of 'temperature', offset 17:"), text);
    assertTrue(text.contains("a Gap of exactly these readings"), text);
    assertFalse(text.contains("acknowledged them"), text);
    assertFalse(text.toLowerCase(Locale.ROOT).contains("delete"), text);
  }

  @Test
  void saysThatNothingIsLostWhereTheHubHasIt() throws Exception {
    write();
    flip(segment(), indexOf("reading-3"));
    doctor();
    assertTrue(out.toString().contains("acknowledged them, so nothing is lost"), out.toString());
  }

  @Test
  void tellsScriptsTheExactPlace() throws Exception {
    write();
    int flipped = indexOf("reading-17");
    flip(segment(), flipped);
    assertEquals(ExitStatus.CHECK_FAILED, doctor("--json"));
    JsonObject answer = JsonParser.object().from(out.toString());
    assertFalse(answer.getBoolean("healthy"));
    JsonObject finding = answer.getArray("journals").getObject(0).getArray("findings").getObject(0);
    assertEquals("damaged", finding.getString("kind"));
    assertEquals("temperature", finding.getString("topic"));
    assertEquals(17, finding.getLong("from"));
    assertEquals(18, finding.getLong("to"));
    assertTrue(finding.getLong("position") < flipped);
    assertTrue(flipped < finding.getLong("position") + finding.getLong("bytes"));
  }

  @Test
  void namesDamagedHeadersTornTailsAndFilesThatWerePutAside() throws Exception {
    write();
    Path aside = segment().resolveSibling("00000000000000000009.segment.damaged");
    Files.write(aside, new byte[] {1, 2, 3});
    flip(segment(), 20);
    Files.write(segment(), new byte[] {9, 9, 9, 9}, StandardOpenOption.APPEND);
    assertEquals(ExitStatus.CHECK_FAILED, doctor());
    String text = out.toString();
    assertTrue(text.contains("A copy of the header of"), text);
    assertTrue(text.contains("00000000000000000009.segment.damaged was put aside"), text);
    assertTrue(text.contains("was never acknowledged"), text);
  }

  @Test
  void tellsWhereAStreamWasSealedAndThatTheHubHasTheRestFromItsSuccessor() throws Exception {
    write();
    long successor;
    try (Journal journal = open()) {
      successor = journal.seal(STREAM, 10, 2_000).successor();
      journal.acked(successor, READINGS - 10);
      journal.changeState("told", new byte[] {1});
      journal.commit(9_000); // writes the acks
    }
    assertEquals(ExitStatus.DONE, doctor());
    String text = out.toString();
    String sealed = "topic 'temperature': stream 77 was sealed at 10; what this edge had behind";
    assertTrue(text.contains(sealed) && text.contains("as stream " + successor), text);
    assertTrue(text.contains("the hub has all of it"), text);
    out.getBuffer().setLength(0);
    doctor("--json");
    JsonObject told =
        JsonParser.object()
            .from(out.toString())
            .getArray("journals")
            .getObject(0)
            .getArray("sealed")
            .getObject(0);
    assertEquals("77", told.getString("stream"));
    assertEquals(10, told.getLong("at"));
    assertEquals(Long.toString(successor), told.getString("successor"));
    assertEquals(0, told.getLong("unmovedRecords"));
  }

  @Test
  void tellsWhatIsStillToBeMovedAndThatTheHubLacksIt() throws Exception {
    write();
    int large = 600;
    try (Journal journal = open()) {
      for (int i = 0; i < large; i++) {
        journal.add(STREAM, 5_000, null, new byte[1_000], EncodedHeaders.NONE);
        journal.commit(5_000);
      }
      journal.seal(STREAM, 10, 6_000);
      assertTrue(journal.isMoving());
    }
    assertEquals(ExitStatus.DONE, doctor());
    String text = out.toString();
    assertTrue(text.contains("was sealed at 10; "), text);
    assertTrue(text.contains("records behind that are still to be moved"), text);
    assertTrue(text.contains("the oldest reading that the hub has not acknowledged is"), text);
  }

  @Test
  void changesNothing() throws Exception {
    write();
    flip(segment(), 20);
    flip(segment(), indexOf("reading-17"));
    Map<String, String> before = contents();
    doctor();
    assertEquals(before, contents());
  }

  @Test
  void aDirectoryWithoutJournalsIsNotHealthy() {
    assertEquals(ExitStatus.WORLD, doctor());
    assertTrue(err.toString().contains("there is no journal in"), err.toString());
  }

  private int doctor(String... more) {
    CommandLine line = new CommandLine(new DoctorCommand());
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] arguments = new String[more.length + 4];
    arguments[0] = "--data-dir";
    arguments[1] = directory.toString();
    arguments[2] = "--http";
    arguments[3] = "127.0.0.1:1";
    System.arraycopy(more, 0, arguments, 4, more.length);
    return line.execute(arguments);
  }

  /// One reading a group, of which the hub has the first ten.
  private void write() throws Exception {
    try (Journal journal = open()) {
      journal.createStream(STREAM, "temperature");
      for (int i = 0; i < READINGS; i++) {
        byte[] value = ("reading-" + i + "!").getBytes(StandardCharsets.UTF_8);
        journal.add(STREAM, 1_000 + i, null, value, EncodedHeaders.NONE);
        journal.commit(1_000 + i);
      }
      journal.acked(STREAM, 10);
    }
  }

  private Journal open() throws IOException {
    JournalConfig config =
        new JournalConfig(
            new UUID(1, 1),
            "normal",
            JournalConfig.SEGMENT_BYTES,
            JournalConfig.GROUP_BYTES,
            JournalConfig.BATCH_BYTES,
            JournalConfig.QUOTA_BYTES_LEAST,
            FullPolicy.BLOCK,
            Compression.none(),
            0,
            Limits.EDGE);
    return Journal.open(new FileDisk(directory), "journal/normal", config, 1_000);
  }

  private Path segment() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".segment")).findFirst().orElseThrow();
    }
  }

  private int indexOf(String text) throws IOException {
    return Files.readString(segment(), StandardCharsets.ISO_8859_1).indexOf(text + "!");
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 4;
    Files.write(file, bytes);
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }
}
