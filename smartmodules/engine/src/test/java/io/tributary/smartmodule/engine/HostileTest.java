package io.tributary.smartmodule.engine;

import static io.tributary.smartmodule.engine.Guests.input;
import static io.tributary.smartmodule.engine.Guests.valuesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.Guest;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestState;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.Transform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Guests that loop, grow, lie and point outside their memory: each is refused or stopped, with its reason, and what it failed on
/// is named.
class HostileTest {
  private static final Budget SHORT = new Budget(4 << 20, 150_000_000, 1 << 20, 1000);

  @ParameterizedTest
  @CsvSource({
    "no-alloc,EXPORT,no function alloc",
    "no-dealloc,EXPORT,no function dealloc",
    "no-kind,KIND,exports none of filter",
    "no-memory,EXPORT,",
    "two-kinds,KIND,'[filter, map]'",
    "unknown-import,IMPORT,imports env.fopen",
    "wrong-signature,EXPORT,no function filter",
    "table-bomb,MALFORMED,",
    "table-grow,FEATURE,changes a table"
  })
  void isRefusedWhenItIsLoaded(String name, SmartModuleRefused.Reason reason, String what) {
    SmartModuleRefused refused =
        assertThrows(
            SmartModuleRefused.class,
            () -> Guests.ENGINE.load(name, Guests.bytes("hostile/" + name)));
    assertEquals(reason, refused.reason(), refused.getMessage());
    assertTrue(
        String.valueOf(refused.getMessage()).contains(what == null ? "" : what),
        refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "loop-in-init,TIME",
    "loop-in-start,TIME",
    "trap-in-init,TRAP",
    "copy-in-init,OUTPUT",
    "memory-1gib,MEMORY",
    "fill-bomb,MEMORY",
    "init-refuses,STATUS",
    "init-refuses-without-hint,STATUS",
    "init-refuses-no-utf8,STATUS",
    "data-beyond,TRAP",
    "elements-beyond,TRAP"
  })
  void doesNotStart(String name, GuestFailed.Reason reason) {
    Transform transform = Guests.transform("hostile/" + name, Map.of(), SHORT);
    GuestFailed failed =
        assertThrows(GuestFailed.class, () -> Guests.chain(ErrorPolicy.STOP, transform));
    assertEquals(reason, failed.reason(), failed.text());
  }

  /// Each record is named, one by one, and the chain lives.
  @ParameterizedTest
  @CsvSource({
    "alloc-at-the-end,POINTER",
    "alloc-null,MEMORY",
    "dealloc-traps,TRAP",
    "divide-by-zero,TRAP",
    "lie-body-length,OUTPUT",
    "lie-count,OUTPUT",
    "lie-empty,OUTPUT",
    "lie-error,OUTPUT",
    "lie-negative-body,OUTPUT",
    "lie-negative-length,OUTPUT",
    "lie-offset-delta,OUTPUT",
    "lie-trailing,OUTPUT",
    "lie-truncated,OUTPUT",
    "lie-varint,OUTPUT",
    "load-out-of-bounds,TRAP",
    "loop-in-alloc,TIME",
    "loop-in-call,TIME",
    "loop-in-dealloc,TIME",
    "memory-grow,TIME",
    "memory-touch,TRAP",
    "output-2gib,OUTPUT_SIZE",
    "output-512mib,TRAP",
    "output-twice,OUTPUT",
    "output-without-end,OUTPUT",
    "pointer-beyond,POINTER",
    "pointer-negative-length,OUTPUT_SIZE",
    "pointer-overflow,POINTER",
    "recursion,STACK",
    "status-not-the-count,OUTPUT",
    "status-unknown,STATUS",
    "status-without-output,OUTPUT",
    "trap,TRAP"
  })
  void isStoppedAndWhatItFailedOnIsNamed(String name, GuestFailed.Reason reason)
      throws GuestFailed {
    Chain chain =
        Guests.chain(ErrorPolicy.DEAD_LETTER, Guests.transform("hostile/" + name, Map.of(), SHORT));
    ChainOutput output = chain.process(input("one", "two"));
    assertEquals(0, output.count());
    assertEquals(2, output.deadLetters().size());
    output.deadLetters().forEach(letter -> assertEquals(reason, letter.reason(), letter.text()));
    assertEquals(1, chain.process(input("three")).deadLetters().size());
  }

  @Test
  void everyHostileGuestIsTried() throws IOException {
    try (Stream<Path> files = Files.list(Guests.DIRECTORY.resolve("hostile"))) {
      Set<String> there =
          files
              .map(file -> file.getFileName().toString().replace(".wasm", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      String tests =
          Files.readString(
              Path.of("src/test/java/io/tributary/smartmodule/engine/HostileTest.java"));
      there.removeIf(name -> tests.contains(name));
      assertEquals(Set.of(), there);
    }
  }

  /// Its code may keep hold of a memory that has grown, or of one that is too short, nowhere.
  @ParameterizedTest
  @ValueSource(strings = {"by-itself", "by-a-call", "by-a-table", "in-a-loop", "widths"})
  void findsItsMemoryAgainWhenItHasGrown(String export) throws GuestFailed {
    int status = moves(guest -> guest.call(export, new byte[1]).status());
    assertEquals(42, status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "load-around",
        "load-byte-around",
        "store-around",
        "load-at-2gib",
        "store-byte-at-the-end"
      })
  void reachesNothingOutsideByAnOffset(String export) {
    GuestFailed failed =
        assertThrows(
            GuestFailed.class, () -> moves(guest -> guest.call(export, new byte[1]).status()));
    assertEquals(GuestFailed.Reason.TRAP, failed.reason(), failed.text());
  }

  @Test
  void itsGlobalsAreThoseThatAreSaved() throws GuestFailed {
    GuestState saved =
        moves(guest -> {
          assertEquals(8, guest.call("globals", new byte[1]).status());
          return guest.save();
        });
    int next =
        moves(guest -> {
          assertEquals(8, guest.call("globals", new byte[1]).status());
          assertEquals(9, guest.call("globals", new byte[1]).status());
          restore(guest, saved);
          return guest.call("globals", new byte[1]).status();
        });
    assertEquals(9, next, "from 8 on");
  }

  private interface Calls<T> {
    T of(Guest guest) throws GuestFailed;
  }

  private static <T> T moves(Calls<T> calls) throws GuestFailed {
    SmartModule module = Guests.load("hostile/memory-moves");
    return Guests.ENGINE.run(() -> calls.of(module.instantiate(Budget.DEFAULT, line -> {})));
  }

  private static void restore(Guest guest, GuestState state) {
    try {
      guest.restore(state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isStoppedWhileItLooksBack() throws GuestFailed {
    Chain chain =
        Guests.chain(
            ErrorPolicy.DEAD_LETTER,
            Guests.transform("hostile/loop-in-look-back", Map.of(), SHORT));
    GuestFailed failed = assertThrows(GuestFailed.class, () -> chain.lookBack(input("one")));
    assertEquals(GuestFailed.Reason.TIME, failed.reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -11, -22, -33, -44, -55, -123, Integer.MIN_VALUE})
  void tellsTheStatus(int status) throws GuestFailed {
    Chain chain =
        Guests.chain("hostile/status-of-each", Map.of("status", Integer.toString(status)));
    ChainOutput output = chain.process(input("one"));
    assertEquals(GuestFailed.Reason.STATUS, output.deadLetters().get(0).reason());
    String text = output.deadLetters().get(0).text();
    assertTrue(text.contains(Integer.toString(status)), text);
  }

  /// A guest that fails on everything takes the time of a few calls, not of each record.
  @Test
  void givesBackWhatAGuestThatAlwaysFailsHasNoTimeFor() throws GuestFailed {
    Chain chain =
        Guests.chain(ErrorPolicy.DEAD_LETTER, Guests.transform("hostile/trap", Map.of(), SHORT));
    ChainInput batch = input("a b c d e f g h i j k l".split(" "));
    ChainOutput output = chain.process(batch);
    assertEquals(8, output.taken());
    assertEquals(8, output.deadLetters().size());
    ChainOutput rest = chain.process(batch.behind(output.taken()));
    assertEquals(4, rest.taken());
    assertEquals(3, rest.deadLetters().get(3).origin());
  }

  /// What a guest failed on, those before it forget: 3 and 6 pass the first one as well, which keeps what is above all before.
  @Test
  void leavesNothingOfARecordInTheGuestsBeforeTheOneThatFailed() throws GuestFailed {
    Chain chain =
        Guests.chain(
            ErrorPolicy.DEAD_LETTER,
            Guests.transform("look-back-c", Map.of()),
            Guests.transform("hostile/trap", Map.of(), SHORT));
    for (String value : List.of("5", "3", "7", "6")) {
      ChainOutput output = chain.process(input(value, "9"));
      assertEquals(1, output.taken());
      assertEquals(1, output.deadLetters().size());
    }
  }

  /// There are no fewer records to be given than one.
  @Test
  void aRecordIsGivenUpWhereAGuestFailsOnTooManyOfThoseThatCameOfIt() throws GuestFailed {
    Chain chain =
        Guests.chain(
            ErrorPolicy.DEAD_LETTER,
            Guests.transform("array-map-c", Map.of()),
            Guests.transform("hostile/trap", Map.of()));
    ChainOutput output = chain.process(input("[1,2,3,4,5,6,7,8,9,10]", "[1]"));
    assertEquals(1, output.taken());
    assertEquals(0, output.count());
    assertEquals(
        List.of(GuestFailed.Reason.TRAP),
        output.deadLetters().stream().map(DeadLetter::reason).toList());
  }

  /// A guest that fails loses nothing of what it knew before.
  @Test
  void keepsItsStateOverAFailure() throws GuestFailed {
    Chain counts = Guests.chain("wasi-c", Map.of());
    assertEquals(List.of("a", "b"), valuesOf(counts.process(input("a", "exit", "exit", "b"))));
  }

  @ParameterizedTest
  @CsvSource({"0,NOT_WASM", "3,NOT_WASM", "4,MALFORMED", "7,MALFORMED", "60,MALFORMED"})
  void aFileThatIsCutShortIsRefused(int length, SmartModuleRefused.Reason reason) {
    byte[] cut = Arrays.copyOf(Guests.bytes("filter-c"), length);
    SmartModuleRefused refused =
        assertThrows(SmartModuleRefused.class, () -> Guests.ENGINE.load("cut", cut));
    assertEquals(reason, refused.reason(), refused.getMessage());
  }

  /// Whatever a file is, it is loaded or refused.
  @Test
  void everyCutAndEveryChangedByteIsLoadedOrRefused() {
    byte[] sound = Guests.bytes("calls-c");
    java.util.Random random = new java.util.Random(11);
    for (int round = 0; round < 400; round++) {
      byte[] changed = sound.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      byte[] file =
          round % 4 == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed;
      try {
        Guests.ENGINE.load("changed", file);
      } catch (SmartModuleRefused refused) {
        assertTrue(
            String.valueOf(refused.getMessage()).startsWith("changed"), refused.getMessage());
      }
    }
  }
}
