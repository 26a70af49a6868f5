package io.tributary.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.tributary.log.Content;
import io.tributary.log.FileDisk;
import io.tributary.log.PartitionLog;
import io.tributary.log.PartitionLogConfig;
import io.tributary.record.BatchBuilder;
import io.tributary.record.BatchIdentity;
import io.tributary.record.Compression;
import io.tributary.record.EncodedHeaders;
import io.tributary.record.Limits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Real partitions, really damaged, and what the doctor says of them.
final class DoctorCommandTest {
  private static final long STREAM = 77;
  private static final int READINGS = 60;

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aHealthyHubHasNothingToDo() throws Exception {
    write();
    assertEquals(ExitStatus.DONE, doctor());
    assertTrue(out.toString().contains("There is nothing to do."), out.toString());
  }

  @Test
  void namesFlippedReadingsInOldFilesAndNewOnes() throws Exception {
    write();
    List<Path> segments = files(".segment");
    assertTrue(segments.size() > 2);
    flip(segments.get(0), indexOf(segments.get(0), "reading-2!"));
    Path newest = segments.get(segments.size() - 1);
    int last = READINGS - 2;
    flip(newest, indexOf(newest, "reading-" + last + "!"));
    assertEquals(ExitStatus.FAILED, doctor("--json"));
    JsonObject log = JsonParser.object().from(out.toString()).getArray("logs").getObject(0);
    assertEquals("topics/t/0", log.getString("log"));
    assertEquals(2, log.getArray("findings").size());
    assertEquals(2, log.getArray("findings").getObject(0).getLong("from"));
    assertEquals(last, log.getArray("findings").getObject(1).getLong("from"));
    assertEquals(last + 1, log.getArray("findings").getObject(1).getLong("to"));
  }

  @Test
  void tellsWhatItDoesByItselfAndNeverAsksToDelete() throws Exception {
    write();
    Path first = files(".segment").get(0);
    flip(first, indexOf(first, "reading-2!"));
    flip(first, 30);
    Files.write(files(".index").get(0), new byte[] {1});
    assertEquals(ExitStatus.FAILED, doctor());
    String text = out.toString();
    assertTrue(text.contains("1 reading of stream 77, offset 2:"), text);
    assertTrue(text.contains("The hub asks the edge for these bytes"), text);
    assertTrue(text.contains("A copy of the header of"), text);
    assertTrue(text.contains("The index of"), text);
    assertFalse(text.contains("elete"), text);
  }

  @Test
  void namesABatchThatWasTakenOut() throws Exception {
    write();
    Path first = files(".segment").get(0);
    byte[] bytes = Files.readAllBytes(first);
    int at = ByteBuffer.wrap(bytes).getInt(12);
    int size = 12 + ByteBuffer.wrap(bytes).getInt(at + 8);
    byte[] shifted = new byte[bytes.length - size];
    System.arraycopy(bytes, 0, shifted, 0, at);
    System.arraycopy(bytes, at + size, shifted, at, shifted.length - at);
    Files.write(first, shifted);
    assertEquals(ExitStatus.FAILED, doctor());
    assertTrue(
        out.toString().contains("Missing: 1 reading of stream 77, offset 0"), out.toString());
  }

  @Test
  void aDirectoryWithoutLogsIsNotHealthy() {
    assertEquals(ExitStatus.WORLD, doctor());
    assertTrue(err.toString().contains("there is no log in"), err.toString());
  }

  @Test
  void anEdgesDirectoryIsNoHub() throws Exception {
    write();
    Files.createDirectories(directory.resolve("journal"));
    Files.move(directory.resolve("topics/t/0"), directory.resolve("journal/normal"));
    Files.delete(directory.resolve("topics/t"));
    Files.delete(directory.resolve("topics"));
    assertEquals(ExitStatus.WORLD, doctor());
    assertTrue(err.toString().contains("is it the hub's data-dir?"), err.toString());
  }

  @Test
  void aPortThatIsNoneIsWrongUsage() {
    CommandLine line = new CommandLine(new DoctorCommand());
    line.setErr(new PrintWriter(err, true));
    assertEquals(ExitStatus.USAGE, line.execute("--http", "127.0.0.1:99999"));
    assertTrue(err.toString().contains("is not HOST:PORT"), err.toString());
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

  private void write() throws Exception {
    PartitionLogConfig config =
        new PartitionLogConfig(
            new UUID(1, 1), 5_000, 0, 0, Limits.FROM_EDGE, 4_096, Content.STREAMS);
    BatchBuilder builder = new BatchBuilder(Compression.none(), Limits.FROM_EDGE);
    try (PartitionLog log =
        PartitionLog.open(new FileDisk(directory), "topics/t/0", config, 1_000)) {
      for (int i = 0; i < READINGS; i++) {
        byte[] value = ("reading-" + i + "!").getBytes(StandardCharsets.UTF_8);
        builder.reset();
        builder.tryAppend(1_000 + i, (byte[]) null, value, EncodedHeaders.NONE);
        log.append(builder.build(new BatchIdentity(STREAM, i)), STREAM, 1_000 + i);
        log.force();
      }
    }
  }

  private List<Path> files(String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static int indexOf(Path file, String text) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 4;
    Files.write(file, bytes);
  }
}
