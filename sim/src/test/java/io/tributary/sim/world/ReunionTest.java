package io.tributary.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How a fleet that comes back is counted, and that a fleet fits into memory.
final class ReunionTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int EDGES = 50;

  private final Tally tally = new Tally();
  private final Reunion reunion = new Reunion(EDGES, tally, () -> 1234);

  @Test
  void countsDialsFromTheEndOfTheOutageUntilAllAreBack() throws Exception {
    reunion.after(10 * SECOND);
    reunion.dialled(9 * SECOND); // in vain
    for (int i = 0; i < EDGES; i++) {
      long atNanos = (i < 40 ? 10 : 13) * SECOND + SECOND / 2;
      reunion.dialled(atNanos);
      reunion.connected("edge-" + i, atNanos);
      reunion.connected("edge-" + i, atNanos);
    }
    reunion.dialled(20 * SECOND); // another matter
    JsonObject one = only(tally);
    assertEquals(EDGES, one.getInt("edges"));
    assertEquals(1, one.getInt("outages"));
    assertEquals(40, one.getInt("dialsPerSecondMost"));
    assertEquals(14.3, one.getDouble("dialsPerSecondMean"));
    assertEquals(3_500, one.getInt("allBackAfterMsMost"));
    assertEquals(1234, one.getInt("heldBytesMost"));
  }

  @Test
  void addsUpWhateverTheOrder() throws Exception {
    Tally slow = new Tally();
    slow.reunited(new Reunion.Outcome(EDGES, 100, 90, 4_000, 10));
    Tally fast = new Tally();
    fast.reunited(new Reunion.Outcome(EDGES, 100, 30, 1_000, 20));
    for (boolean slowFirst : new boolean[] {true, false}) {
      Tally both = new Tally();
      both.add(slowFirst ? slow : fast);
      both.add(slowFirst ? fast : slow);
      JsonObject one = only(both);
      assertEquals(2, one.getInt("outages"));
      assertEquals(90, one.getInt("dialsPerSecondMost"));
      assertEquals(40.0, one.getDouble("dialsPerSecondMean"));
      assertEquals(2_500, one.getInt("allBackAfterMsMean"));
      assertEquals(20, one.getInt("heldBytesMost"));
    }
  }

  @Test
  void fewAreNoFleet() {
    Reunion few = new Reunion(2, tally, () -> 0);
    few.after(0);
    few.connected("a", SECOND);
    few.connected("b", SECOND);
    assertTrue(tally.reunions().isEmpty());
  }

  @Test
  void zerosThatAreWrittenAreReadAndForced() {
    SimFile file = new SimFile();
    byte[] ones = new byte[3 * 4096];
    Arrays.fill(ones, (byte) 1);
    file.write(ByteBuffer.wrap(ones), 0);
    file.force();
    file.write(ByteBuffer.allocate(4096), 4096);
    file.force();
    SimFile medium = file.copyOfMedium();
    ByteBuffer read = ByteBuffer.allocate(ones.length);
    assertEquals(ones.length, medium.read(read, 0));
    Arrays.fill(ones, 4096, 2 * 4096, (byte) 0);
    assertEquals(ByteBuffer.wrap(ones), read.flip());
  }

  private static JsonObject only(Tally tally) throws Exception {
    var writer = JsonWriter.string().object();
    tally.reunions().write(writer);
    var all = JsonParser.object().from(writer.end().done()).getArray("reunions");
    assertEquals(1, all.size());
    return all.getObject(0);
  }
}
