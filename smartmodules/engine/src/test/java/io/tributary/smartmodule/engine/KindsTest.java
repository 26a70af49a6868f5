package io.tributary.smartmodule.engine;

import static io.tributary.smartmodule.engine.Guests.chain;
import static io.tributary.smartmodule.engine.Guests.input;
import static io.tributary.smartmodule.engine.Guests.originsOf;
import static io.tributary.smartmodule.engine.Guests.transform;
import static io.tributary.smartmodule.engine.Guests.valuesOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.smartmodule.Abi;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.Guest;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.Kind;
import io.tributary.smartmodule.SmartModule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Guests of each kind, in C and in AssemblyScript, and chains of them.
class KindsTest {
  private static final Map<String, String> NO_PARAMS = Map.of();

  @ParameterizedTest
  @ValueSource(strings = {"c", "as"})
  void aFilterKeepsWhatItIsToldTo(String language) throws GuestFailed {
    ChainOutput output =
        chain("filter-" + language, Map.of("key", "an")).process(input("apple", "banana", "mango"));
    assertEquals(List.of("banana", "mango"), valuesOf(output));
    assertEquals(List.of(1, 2), originsOf(output));
    assertEquals(1_690_000_002_000L, output.timestampMs(1));
    assertNull(output.key(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "as"})
  void aMapMakesOneOfOne(String language) throws GuestFailed {
    ChainOutput output = chain("map-" + language, NO_PARAMS).process(input("a", "bc", ""));
    assertEquals(List.of("A", "BC", ""), valuesOf(output));
    assertEquals(List.of(0, 1, 2), originsOf(output));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "as"})
  void aFilterMapGoesOnBehindTheRecordThatItCannotRead(String language) throws GuestFailed {
    ChainOutput output =
        chain("filter-map-" + language, NO_PARAMS)
            .process(input(100, "4", "5", "x", "8", "y", "10"));
    assertEquals(List.of("2", "4", "5"), valuesOf(output));
    assertEquals(List.of(0, 3, 5), originsOf(output));
    assertEquals(List.of(2, 4), output.deadLetters().stream().map(DeadLetter::origin).toList());
    DeadLetter first = output.deadLetters().get(0);
    assertEquals(GuestFailed.Reason.RECORD, first.reason(), first.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "as"})
  void anArrayMapMakesManyOfOne(String language) throws GuestFailed {
    ChainOutput output =
        chain("array-map-" + language, NO_PARAMS).process(input("[1,2]", "[]", "{", "[\"a\",[3]]"));
    assertEquals(List.of("1", "2", "\"a\"", "[3]"), valuesOf(output));
    assertEquals(List.of(0, 0, 3, 3), originsOf(output));
    assertEquals(1_690_000_003_000L, output.timestampMs(3), "that of its origin");
    assertEquals(List.of(2), output.deadLetters().stream().map(DeadLetter::origin).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "as"})
  void anAggregateGoesOnFromBatchToBatch(String language) throws GuestFailed {
    Chain chain = chain("aggregate-" + language, NO_PARAMS);
    chain.accumulate("10".getBytes(UTF_8));
    assertEquals(List.of("11", "13"), valuesOf(chain.process(input("1", "2"))));
    ChainOutput second = chain.process(input("x", "4"));
    assertEquals(List.of("17"), valuesOf(second));
    assertEquals(List.of(1), originsOf(second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "as"})
  void aGuestLooksBack(String language) throws GuestFailed {
    Chain chain = chain("look-back-" + language, NO_PARAMS);
    chain.lookBack(input("3", "7", "5"));
    assertEquals(List.of("8", "9"), valuesOf(chain.process(input("6", "8", "8", "9"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "as"})
  void theGoldenBytesOfAFilter(String language) throws GuestFailed {
    assertEquals(
        "00000001" + "16000000000a6170706c6500" + "00",
        call(
            "filter-" + language,
            "000100036b657900016100",
            "0000000000000064"
                + "0000001e"
                + "00000002"
                + "16000000000a6170706c6500"
                + "1a00000201026b0a667275697400"
                + "0000"
                + "00"
                + "00000000"
                + "000001897bd98400"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "as"})
  void theGoldenBytesOfAnAggregate(String language) throws GuestFailed {
    assertEquals(
        "00000001" + "1000000000043161" + "00" + "00" + "00000002" + "3161",
        call(
            "aggregate-concat-" + language,
            "000000",
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
                + "31"));
  }

  /// One call with bytes as they are.
  private static String call(String name, String init, String input) throws GuestFailed {
    SmartModule module = Guests.load(name);
    Guest.Answer answer =
        Guests.ENGINE.run(() -> {
          Guest guest = module.instantiate(Budget.DEFAULT, line -> {});
          if (module.hasInit()) {
            assertEquals(0, guest.call(Abi.INIT, HexFormat.of().parseHex(init)).status());
          }
          return guest.call(module.kind().export(), HexFormat.of().parseHex(input));
        });
    assertEquals(1, answer.status());
    byte[] output = answer.output();
    return output == null ? "" : HexFormat.of().formatHex(output);
  }

  @Test
  void guestsInARowKeepTheOrigins() throws GuestFailed {
    Chain chain =
        chain(
            ErrorPolicy.DEAD_LETTER,
            transform("array-map-c", NO_PARAMS),
            transform("filter-map-as", NO_PARAMS),
            transform("aggregate-c", NO_PARAMS),
            transform("map-as", NO_PARAMS));
    ChainOutput output = chain.process(input("[2,3,4]", "oops", "[\"x\",6]"));
    assertEquals(List.of("1", "3", "6"), valuesOf(output));
    assertEquals(List.of(0, 0, 2), originsOf(output));
    assertEquals(
        List.of("array-map-c", "filter-map-as"),
        output.deadLetters().stream().map(DeadLetter::module).toList());
    assertEquals(List.of(1, 2), output.deadLetters().stream().map(DeadLetter::origin).toList());
  }

  @Test
  void stopsBeforeTheRecordThatAGuestFailsOn() throws GuestFailed {
    Chain chain =
        chain(ErrorPolicy.STOP, transform("aggregate-c", NO_PARAMS), transform("map-c", NO_PARAMS));
    ChainOutput output = chain.process(input("1", "2", "x", "4"));
    assertEquals(List.of("1", "3"), valuesOf(output));
    assertEquals(2, output.taken());
    DeadLetter stop = output.stop();
    assertEquals(2, stop == null ? -1 : stop.origin());
    assertTrue(output.deadLetters().isEmpty());
    ChainOutput again = chain.process(input("x", "4"));
    assertEquals(0, again.taken());
    assertEquals(List.of("7"), valuesOf(chain.process(input("4"))));
  }

  @Test
  void aLifeGoesOnFromTheStateOfAnEarlierOne() throws GuestFailed, IOException {
    for (String name : List.of("calls-c", "aggregate-as", "look-back-as", "look-back-c")) {
      Chain first = chain(name, NO_PARAMS);
      Chain whole = chain(name, NO_PARAMS);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        first.process(input(Integer.toString(i % 7)));
        whole.process(input(Integer.toString(i % 7)));
      }
      Chain second = chain(name, NO_PARAMS);
      second.restore(first.save());
      for (int i = 40; i < 90; i++) {
        expected.addAll(valuesOf(whole.process(input(Integer.toString(i)))));
      }
      List<String> actual = new ArrayList<>();
      for (int i = 40; i < 90; i++) {
        actual.addAll(valuesOf(second.process(input(Integer.toString(i)))));
      }
      assertEquals(expected, actual, name);
      assertArrayEquals(whole.save(), second.save(), name);
    }
  }

  @Test
  void refusesAStateOfAnotherChain() throws GuestFailed {
    byte[] state = chain("calls-c", NO_PARAMS).save();
    assertThrows(IOException.class, () -> chain("map-c", NO_PARAMS).restore(state));
    assertThrows(
        IOException.class, () -> chain("calls-c", NO_PARAMS).restore(new byte[] {1, 1, 0}));
    byte[] cut = java.util.Arrays.copyOf(state, state.length - 9);
    assertThrows(IOException.class, () -> chain("calls-c", NO_PARAMS).restore(cut));
  }

  @Test
  void whatAGuestWritesIsItsLog() throws GuestFailed {
    List<String> lines = new ArrayList<>();
    Chain chain =
        Chain.start(
            Guests.ENGINE,
            List.of(transform("wasi-c", NO_PARAMS)),
            ErrorPolicy.DEAD_LETTER,
            lines::add);
    ChainOutput output = chain.process(input("a", "exit", "b"));
    assertTrue(lines.size() >= 2, lines::toString);
    assertTrue(lines.get(0).startsWith("wasi-c: "), lines::toString);
    assertEquals(2, output.count());
    assertEquals(GuestFailed.Reason.TRAP, output.deadLetters().get(0).reason());
    assertTrue(output.deadLetters().get(0).text().contains("ends itself"));
  }

  /// Every output is given back to the guest, so that its memory stays as it is.
  @ParameterizedTest
  @ValueSource(
      strings = {"filter-c", "filter-as", "map-c", "map-as", "array-map-c", "array-map-as"})
  void aLongLifeTakesNoMoreMemory(String name) throws GuestFailed {
    Chain chain = chain(name, NO_PARAMS);
    String[] values = new String[100];
    java.util.Arrays.fill(values, "[\"a\",\"" + "a".repeat(400) + "\"]");
    long early = 0;
    for (int i = 0; i < 2_000; i++) {
      chain.process(input(values));
      if (i == 100) {
        early = chain.memoryBytes();
      }
    }
    assertEquals(early, chain.memoryBytes());
  }

  @Test
  void tellsAKindByItsExport() {
    assertEquals(Kind.FILTER, Guests.load("filter-c").kind());
    assertEquals(Kind.FILTER_MAP, Guests.load("filter-map-as").kind());
    assertEquals(Kind.ARRAY_MAP, Guests.load("array-map-as").kind());
    assertEquals(Kind.AGGREGATE, Guests.load("aggregate-c").kind());
    assertEquals(64, Guests.load("map-c").sha256().length());
  }
}
