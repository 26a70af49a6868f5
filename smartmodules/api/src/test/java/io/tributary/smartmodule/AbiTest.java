package io.tributary.smartmodule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The golden bytes of the ABI, and outputs that lie.
class AbiTest {
  private static final String APPLE = "16000000000a6170706c6500";
  private static final String FRUIT = "1a00000201026b0a667275697400";

  @Test
  void tellsAGuestItsParams() {
    assertEquals("000100036b657900016100", hex(Abi.initInput(Map.of("key", "a"), null)));
    assertEquals("000000", hex(Abi.initInput(Map.of(), null)));
  }

  @Test
  void writesParamsInTheOrderOfTheirNamesAndALookback() {
    Lookback lookback = new Lookback(10, Duration.ofSeconds(90, 5));
    assertEquals(
        "0002"
            + "000161"
            + "000131"
            + "000162"
            + "000132"
            + "01000000000000000a"
            + "01000000000000005a00000005",
        hex(Abi.initInput(Map.of("b", "2", "a", "1"), lookback)));
  }

  @Test
  void givesAFilterItsRecords() {
    GuestRecords records =
        new GuestRecords.Builder()
            .add(0, 0, null, "apple".getBytes(UTF_8))
            .add(0, 1, "k".getBytes(UTF_8), "fruit".getBytes(UTF_8))
            .build();
    assertEquals(
        "0000000000000064"
            + "0000001e"
            + "00000002"
            + APPLE
            + FRUIT
            + "0000"
            + "00"
            + "00000000"
            + "000001897bd98400",
        hex(Abi.input(100, 1_690_000_000_000L, records, null)));
  }

  @Test
  void givesAnAggregateWhatHasAccumulated() {
    GuestRecords records = new GuestRecords.Builder().add(0, 0, null, "a".getBytes(UTF_8)).build();
    assertEquals(
        "0000000000000000"
            + "0000000c"
            + "00000001"
            + "0e000000000261"
            + "00"
            + "0000"
            + "00"
            + "00000000"
            + "0000000000000000"
            + "00000001"
            + "31",
        hex(Abi.input(0, 0, records, "1".getBytes(UTF_8))));
  }

  @Test
  void readsWhatAFilterKeeps() throws GuestFailed {
    Abi.Output output = Abi.output(bytes("00000001" + APPLE + "00"), false);
    assertEquals(1, output.records().count());
    assertEquals(0, output.records().offsetDelta(0));
    assertNull(output.records().key(0));
    assertEquals("apple", new String(output.records().value(0), UTF_8));
    assertNull(output.error());
  }

  @Test
  void readsWhatAnAggregateGives() throws GuestFailed {
    Abi.Output output =
        Abi.output(
            bytes("00000001" + "1000000000043161" + "00" + "00" + "00000002" + "3161"), true);
    assertEquals("1a", new String(output.records().value(0), UTF_8));
    assertEquals("1a", new String(output.accumulator(), UTF_8));
  }

  @Test
  void readsTheRecordThatAGuestFailsOn() throws GuestFailed {
    Abi.Output output =
        Abi.output(
            bytes(
                "00000000"
                    + "01"
                    + "0003"
                    + "626164"
                    + "0000000000000065"
                    + "01"
                    + "01"
                    + "02"
                    + "6b"
                    + "02"
                    + "76"),
            false);
    Abi.RecordError error = output.error();
    assertNotNull(error);
    assertEquals("bad", error.hint());
    assertEquals(101, error.offset());
  }

  @ParameterizedTest
  @CsvSource({
    "'',an end too early",
    "000000,an end too early",
    "00000000,an end too early",
    "ffffffff,4294967295 as the length",
    "7fffffff00,2147483647 as the length",
    "0000000116,says 1 records and has 1 bytes",
    "00000001" + "17000000000a6170706c6500" + "00,a record of -12 bytes",
    "00000001" + "ffffffff0f00000000000000" + "00,a record of -2147483648 bytes",
    "00000001" + "30000000000a6170706c6500" + "00,a record of 24 bytes",
    "00000001" + "16000000000b6170706c6500" + "00,a value of -6 bytes",
    "00000001" + "16000000000c6170706c6500" + "00,a record that is cut short",
    "00000001" + "160000000e0a6170706c6500" + "00,the flag of a key is 14",
    "00000001" + "16000000000a6170706c6502" + "00,a record with headers",
    "00000001" + "1600000000086170706c6500" + "00,a record with headers",
    "00000001" + "1600ffffffffff0f0a0000000000" + "00,a number of more than 32 bits",
    "00000000" + "02,the flag 2",
    "00000000" + "01" + "0003" + "6261,an end too early",
    "00000000"
        + "01"
        + "0000"
        + "0000000000000000"
        + "07"
        + "00"
        + "00000000,the kind 7 of an error",
    "00000000" + "00" + "00,1 bytes too many"
  })
  void refusesAnOutputThatLies(String output, String what) {
    GuestFailed failed = assertThrows(GuestFailed.class, () -> Abi.output(bytes(output), false));
    assertEquals(GuestFailed.Reason.OUTPUT, failed.reason());
    assertEquals(true, failed.text().contains(what), failed.text());
  }

  /// Whatever the bytes are, the answer is an output or a refusal.
  @Test
  void survivesEveryCutAndEveryChangedByte() {
    byte[] sound =
        bytes(
            "00000002"
                + APPLE
                + FRUIT
                + "01"
                + "0003"
                + "626164"
                + "0000000000000065"
                + "01"
                + "00"
                + "00000001"
                + "76");
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] changed = sound.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      byte[] cut = java.util.Arrays.copyOf(changed, random.nextInt(changed.length + 1));
      try {
        Abi.output(cut, random.nextBoolean());
      } catch (GuestFailed refused) {
        assertEquals(GuestFailed.Reason.OUTPUT, refused.reason());
      }
    }
  }

  @Test
  void recordsComeBackAsTheyWentIn() throws GuestFailed {
    GuestRecords.Builder builder = new GuestRecords.Builder();
    Random random = new Random(3);
    byte[][] values = new byte[300][];
    for (int i = 0; i < values.length; i++) {
      values[i] = new byte[random.nextInt(300)];
      random.nextBytes(values[i]);
      builder.add(random.nextInt(), 5 * i, i % 3 == 0 ? null : values[i], values[i]);
    }
    GuestRecords records = builder.build();
    byte[] encoded = java.util.Arrays.copyOfRange(records.array(), records.start(), records.end());
    GuestRecords read = GuestRecords.parse(encoded, 0, values.length);
    for (int i = 0; i < values.length; i++) {
      assertEquals(records.timestampDelta(i), read.timestampDelta(i));
      assertEquals(5 * i, read.offsetDelta(i));
      assertArrayEquals(values[i], read.value(i));
      assertArrayEquals(records.key(i), read.key(i));
      assertEquals(i, read.find(5 * i));
      assertEquals(-1, read.find(5 * i + 1));
    }
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
