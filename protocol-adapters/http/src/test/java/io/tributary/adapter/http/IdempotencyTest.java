package io.tributary.adapter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.Refused;
import io.tributary.adapter.StateEntry;
import io.tributary.adapter.memory.MemoryOutlet;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests with an idempotency key, that come again.
class IdempotencyTest {
  private Bed bed;

  IdempotencyTest() throws IOException {
    bed = Bed.of("");
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void whatComesAgainIsAnsweredAgainAndNotLogged() {
    HttpResponse<String> first = bed.send(bed.keyed("k1", "[1,2,3]"));
    assertEquals(200, first.statusCode());
    HttpResponse<String> again = bed.send(bed.keyed("k1", "[1,2,3]"));
    assertEquals(first.body(), again.body());
    assertEquals(200, again.statusCode());
    assertEquals(List.of(envelope(1), envelope(2), envelope(3)), bed.values());
    assertEquals(3, bed.count("repeated"));
    assertEquals(200, bed.send(bed.keyed("k2", "[1,2,3]")).statusCode());
    assertEquals(6, bed.values().size());
  }

  @Test
  void anotherBodyUnderTheSameKeyIsRefused() {
    bed.send(bed.keyed("k", "[1,2]"));
    bed.assertRefused(422, "'k' had another body", bed.send(bed.keyed("k", "[1,3]")));
    bed.assertRefused(
        422,
        "had another body",
        bed.send(bed.keyed("k", "[1,2]").uri(bed.uri("/topics/t?source=x"))));
    assertEquals(
        200,
        bed.send(bed.keyed("k", "[1,3]").uri(bed.uri("/topics/alarms")))
            .statusCode()); // other topic
    assertEquals(2, bed.count("keysReused"));
  }

  @Test
  void aRepeatWhileTheFirstIsUnderWayHasToWait() {
    bed.outlet.hold("normal");
    CompletableFuture<HttpResponse<String>> first = bed.sendLater(bed.keyed("k", "[1,2]"));
    Bed.eventually(() -> bed.outlet.pending("normal") == 2);
    HttpResponse<String> second = bed.send(bed.keyed("k", "[1,2]"));
    bed.assertRefused(409, "still under way", second);
    assertEquals("1", second.headers().firstValue("Retry-After").orElseThrow());
    bed.outlet.go("normal");
    assertEquals(200, first.join().statusCode());
    assertEquals(first.join().body(), bed.send(bed.keyed("k", "[1,2]")).body());
    assertEquals(2, bed.values().size());
  }

  @Test
  void keysAreOneToAHundredAndTwentyEightVisibleCharacters() throws IOException {
    assertEquals(200, bed.send(bed.keyed("~".repeat(128), "1")).statusCode());
    bed.assertRefused(400, "1 to 128 visible", bed.send(bed.keyed("x".repeat(129), "1")));
    bed.assertRefused(400, "1 to 128 visible", bed.send(bed.keyed("a b", "1")));
    RawClient twice = bed.raw();
    twice.send(RawClient.post("t", "1", "Idempotency-Key: a\r\nIdempotency-Key: b\r\n"));
    assertTrue(twice.answer().startsWith("400 "));
    RawClient empty = bed.raw().send(RawClient.post("t", "1", "Idempotency-Key:\r\n"));
    assertTrue(empty.answer().startsWith("400 "));
    assertEquals(1, bed.values().size());
  }

  @Test
  void anotherLifeKnowsWhatIsOnDisk() throws IOException {
    bed.send(bed.keyed("k", "[1,2]"));
    bed = nextLife();
    HttpResponse<String> again = bed.send(bed.keyed("k", "[1,2]"));
    assertEquals(200, again.statusCode());
    assertEquals(
        "{\"topic\":\"t\",\"logged\":2}", again.body()); // its offsets are an earlier life's
    bed.assertRefused(422, "another body", bed.send(bed.keyed("k", "[2]")));
    assertEquals(List.of(), bed.values());
  }

  /// The power goes while a request is anywhere on its way, again and again; the client repeats it until it is answered.
  @Test
  void eachElementIsLoggedOnceWhereverThePowerGoes() throws IOException {
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      int elements = 1 + random.nextInt(30);
      String body = IntStream.range(0, elements).boxed().toList().toString();
      List<String> logged = new ArrayList<>();
      int cuts = 1 + random.nextInt(4);
      for (int life = 0; life < cuts; life++) {
        bed.outlet.hold("normal");
        bed.outlet.limit(1 + random.nextInt(12));
        CompletableFuture<HttpResponse<String>> lost = bed.sendLater(bed.keyed("k", body));
        for (int groups = random.nextInt(4); groups > 0 && !lost.isDone(); groups--) {
          Bed.eventually(() -> lost.isDone() || bed.outlet.pending("normal") > 0);
          bed.outlet.goOnce("normal");
        }
        bed.outlet.kill();
        logged.addAll(bed.values());
        bed = nextLife();
        ended(lost);
      }
      HttpResponse<String> answer = bed.send(bed.keyed("k", body));
      assertEquals(200, answer.statusCode(), "seed " + seed + ": " + answer.body());
      assertTrue(
          answer.body().startsWith("{\"topic\":\"t\",\"logged\":" + elements), answer.body());
      logged.addAll(bed.values());
      assertEquals(
          IntStream.range(0, elements).mapToObj(IdempotencyTest::envelope).toList(),
          logged,
          "seed " + seed);
      bed.close();
      bed = Bed.of("");
    }
  }

  @Test
  void whatWasRefusedForGoodIsRefusedAgainAlsoInAnotherLife() throws IOException {
    bed.outlet.refuse(reading ->
        Bed.value(reading).contains("\"quota\"")
            ? Refused.QUOTA
            : Bed.value(reading).contains("\"large\"") ? Refused.TOO_LARGE : null);
    String body = "[\"quota\",1,\"large\",2,\"quota\"]";
    HttpResponse<String> first = bed.send(bed.keyed("k", body));
    bed.assertRefused(507, "2 readings were dropped", first);
    assertEquals(first.body(), bed.send(bed.keyed("k", body)).body());
    assertEquals(2, bed.values().size());
    bed = nextLife();
    HttpResponse<String> again = bed.send(bed.keyed("k", body));
    bed.assertRefused(507, "2 readings were dropped", again);
    assertTrue(again.body().endsWith("\"logged\":2}"), again.body());
    assertEquals(List.of(), bed.values());
  }

  @Test
  void whatAFailedJournalDidNotTakeIsTakenFromTheRepeat() {
    bed.outlet.refuse(reading ->
        Bed.value(reading).contains(":2,") || Bed.value(reading).contains(":3,")
            ? Refused.FAILED
            : null);
    bed.outlet.hold("normal");
    CompletableFuture<HttpResponse<String>> first = bed.sendLater(bed.keyed("k", "[0,1,2,3]"));
    Bed.eventually(() -> bed.outlet.pending("normal") == 4);
    bed.outlet.go("normal");
    bed.assertRefused(503, "the journal took no more", first.join());
    assertTrue(first.join().body().contains("\"logged\":2,"), first.join().body());
    bed.outlet.refuse(reading -> null);
    HttpResponse<String> again = bed.send(bed.keyed("k", "[0,1,2,3]"));
    assertEquals("{\"topic\":\"t\",\"logged\":4,\"firstOffset\":0,\"lastOffset\":3}", again.body());
    assertEquals(IntStream.range(0, 4).mapToObj(IdempotencyTest::envelope).toList(), bed.values());
  }

  /// A state that is full may refuse one element and take the next. The disk then knows of the first that is missing.
  @Test
  void anElementThatWasPassedOverIsNotLost() throws IOException {
    bed.outlet.refuse(reading -> Bed.value(reading).contains(":1,") ? Refused.FAILED : null);
    bed.outlet.hold("normal");
    CompletableFuture<HttpResponse<String>> first = bed.sendLater(bed.keyed("k", "[0,1,2]"));
    Bed.eventually(() -> bed.outlet.pending("normal") == 3);
    bed.outlet.go("normal");
    assertEquals(503, first.join().statusCode());
    bed = nextLife();
    assertEquals(200, bed.send(bed.keyed("k", "[0,1,2]")).statusCode());
    assertEquals(List.of(envelope(1), envelope(2)), bed.values());
  }

  @Test
  void aRequestOfWhichNothingWasTakenLeavesNoKey() throws IOException {
    bed.close();
    bed = Bed.of("journal-timeout: 1s");
    bed.outlet.limit(0);
    bed.assertRefused(503, "had no room", bed.send(bed.keyed("k", "[1]")));
    bed.outlet.limit(10);
    assertEquals(200, bed.send(bed.keyed("k", "[2]")).statusCode());
    assertEquals(List.of(envelope(2)), bed.values());
  }

  @Test
  void theOldestKeysMakeWayWhereStateMayNotGrow() {
    bed.send(bed.keyed("k1", "1"));
    bed.send(bed.keyed("k2", "2"));
    bed.outlet.keepNoMore();
    assertEquals(200, bed.send(bed.keyed("k3", "3")).statusCode());
    Bed.eventually(() -> bed.outlet.state().size() == 2);
    assertEquals(
        List.of("t/k2", "t/k3"), bed.outlet.state().stream().map(StateEntry::key).toList());
    bed.assertRefused(
        503,
        "no more idempotency keys",
        bed.send(
            bed.keyed("k4", "4").uri(bed.uri("/topics/alarms")))); // its journal has none to forget
    assertEquals(200, bed.post("/topics/alarms", "4").statusCode());
    assertEquals(1, bed.count("keysForgotten"));
    assertEquals(1, bed.count("keysRefused"));
  }

  @Test
  void oldKeysAndStateThatIsNoneAreForgotten() throws IOException {
    long now = System.currentTimeMillis();
    KeyState old = new KeyState(1, now - Bounds.KEY_AGE.toMillis(), 1, 0, 0);
    KeyState young = new KeyState(1, now - Bounds.KEY_AGE.toMillis() + 600_000, 1, 0, 0);
    bed.close();
    bed =
        Bed.of(
            "",
            List.of(
                new StateEntry("normal", "t/old", old.encode()),
                new StateEntry("normal", "t/young", young.encode()),
                new StateEntry("normal", "t/odd", new byte[3])));
    Bed.eventually(() -> bed.outlet.state().size() == 1);
    assertEquals("t/young", bed.outlet.state().get(0).key());
  }

  @Test
  void noMoreThanTenThousandAreKept() throws IOException {
    long now = System.currentTimeMillis();
    List<StateEntry> many =
        IntStream.range(0, Bounds.KEYS + 3)
            .mapToObj(
                i -> new StateEntry("normal", "t/" + i, new KeyState(1, now + i, 1, 0, 0).encode()))
            .toList();
    bed.close();
    bed = Bed.of("", many);
    Bed.eventually(() -> bed.outlet.state().size() == Bounds.KEYS);
    assertEquals(200, bed.send(bed.keyed("new", "1")).statusCode());
    Bed.eventually(() -> bed.outlet.state().size() == Bounds.KEYS);
    List<String> keys = bed.outlet.state().stream().map(StateEntry::key).toList();
    assertTrue(keys.contains("t/new") && keys.contains("t/4") && !keys.contains("t/3"));
  }

  @Test
  void aTopicWhoseClassHasChangedGoesOnAndLeavesNothingBehind() throws IOException {
    bed.outlet.hold("normal");
    bed.outlet.limit(2);
    CompletableFuture<HttpResponse<String>> lost = bed.sendLater(bed.keyed("k", "[0,1,2]"));
    Bed.eventually(() -> bed.outlet.pending("normal") == 2);
    bed.outlet.goOnce("normal");
    Bed.eventually(() -> bed.values().size() == 2);
    bed.outlet.kill();
    List<StateEntry> state = bed.outlet.state();
    bed.close();
    ended(lost);
    bed = Bed.of("", new MemoryOutlet(Map.of("t", "alarm"), state));
    assertEquals(200, bed.send(bed.keyed("k", "[0,1,2]")).statusCode());
    assertEquals(List.of(envelope(2)), bed.values());
    Bed.eventually(() -> bed.outlet.state().size() == 1);
    assertEquals("alarm", bed.outlet.state().get(0).className());
  }

  private Bed nextLife() throws IOException {
    List<StateEntry> state = bed.outlet.state();
    bed.close();
    return Bed.of("", state);
  }

  /// It has an answer, or its connection has ended.
  private static void ended(CompletableFuture<HttpResponse<String>> request) {
    try {
      request.join();
    } catch (CompletionException e) {
      assertTrue(e.getCause() instanceof IOException, e::toString);
    }
  }

  private static String envelope(int value) {
    return Bed.envelope("web", value);
  }
}
