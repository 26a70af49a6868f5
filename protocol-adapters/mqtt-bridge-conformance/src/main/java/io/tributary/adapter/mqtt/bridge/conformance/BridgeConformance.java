package io.tributary.adapter.mqtt.bridge.conformance;

import static io.tributary.adapter.mqtt.bridge.conformance.BridgeBed.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.adapter.Refused;
import io.tributary.adapter.StateEntry;
import io.tributary.certificates.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a bridge keeps whichever client it uses: extend it, and say which.
public abstract class BridgeConformance {
  private static final int MESSAGES = 300;

  /// What Mosquitto sends before the first is acknowledged, by its default and by `receive-maximum`.
  private static final int WINDOW = 20;

  @TempDir private Path directory;

  /// The words of the keys `client` and `version`.
  protected abstract String client();

  protected abstract String version();

  /// For a subclass only.
  protected BridgeConformance() {}

  @BeforeEach
  final void needsMosquitto() {
    assumeTrue(Files.isExecutable(Mosquitto.BROKER), "SKIPPED: no mosquitto; install mosquitto");
    assumeTrue(
        Files.isExecutable(Mosquitto.PUBLISHER),
        "SKIPPED: no mosquitto_pub; install mosquitto-clients");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void messagesArriveOnceAndInOrder(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed bed = bed(broker, qos).receiving()) {
      broker.publish("t/a", qos, lines(0, MESSAGES));
      eventually("all came", () -> bed.values("t").size() >= MESSAGES);
      assertEquals(lines(0, MESSAGES), bed.values("t"));
      eventually("no identifier is left", () -> bed.outlet.state().isEmpty());
      assertEquals(MESSAGES, bed.count("arrivedQos" + qos));
      eventually("all acknowledged", () -> bed.count("acknowledged") == (qos == 0 ? 0 : MESSAGES));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theBrokerOwesWhatIsNotDurable(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"))) {
      try (BridgeBed bed = bed(broker, qos).receiving()) {
        bed.outlet.hold("normal");
        broker.publish("t/a", qos, lines(0, 5));
        eventually("they wait for the disk", () -> bed.outlet.pending("normal") == 5);
        assertEquals(0, bed.count("acknowledged"));
        bed.outlet.kill();
        bed.cut();
        assertEquals(List.of(), bed.outlet.state());
      }
      try (BridgeBed bed = bed(broker, qos)) {
        eventually("they come again", () -> bed.values("t").size() >= 5);
        assertEquals(lines(0, 5), bed.values("t"));
      }
    }
  }

  /// The whole window is on disk and the broker, which was ended, has no word of it.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aBrokerThatStartsAgainLosesNothingAndDoublesNothing(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed bed = bed(broker, qos).receiving()) {
      bed.outlet.hold("normal");
      broker.publish("t/a", qos, lines(0, MESSAGES));
      eventually("the window waits", () -> bed.outlet.pending("normal") == WINDOW);
      broker.stop();
      eventually("it notices", () -> bed.summary().startsWith("not connected"));
      bed.outlet.go("normal");
      eventually("the window is on disk", () -> bed.values("t").size() == WINDOW);
      broker.start();
      bed.receiving();
      broker.publish("t/a", qos, lines(MESSAGES, 2 * MESSAGES));
      allThereOf(qos, 2 * MESSAGES, List.of(bed));
      assertTrue(bed.count("connectionsLost") >= 1);
      if (qos == 2) {
        assertEquals(WINDOW, bed.count("duplicatesQos2"));
        eventually("no identifier is left", () -> bed.outlet.state().isEmpty());
      }
    }
  }

  /// The broker ends in the middle of a stream, wherever it is by then. Mosquitto then sends again what it had released,
  /// against the standard; where the bridge cannot know that, it says how many it logged again.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aBrokerThatEndsWhileMessagesFlowLosesNothingAndDoublesNothing(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed bed = bed(broker, qos).receiving()) {
      bed.outlet.hold("normal");
      broker.publish("t/a", qos, lines(0, 10 * MESSAGES));
      bed.outlet.go("normal");
      eventually("some came", () -> bed.values("t").size() > WINDOW);
      broker.stop();
      broker.start();
      List<String> expected = lines(0, 10 * MESSAGES);
      eventually("all came", () -> bed.values("t").containsAll(Set.copyOf(expected)));
      List<String> all = bed.values("t");
      same(expected, List.copyOf(new LinkedHashSet<>(all)));
      if (qos == 2) {
        assertEquals(bed.count("inDoubtQos2"), all.size() - expected.size());
        assertTrue(version().equals("3.1.1") || all.size() == expected.size());
      }
    }
  }

  /// The edge ends when the window is on disk, and before the broker has word of it.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theEdgesEndBeforeItAcknowledgesLosesNothingAndDoublesNothing(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed first = bed(broker, qos).receiving()) {
      first.outlet.hold("normal");
      broker.publish("t/a", qos, lines(0, MESSAGES));
      eventually("the window waits", () -> first.outlet.pending("normal") == WINDOW);
      first.cut();
      first.outlet.go("normal");
      eventually("the window is on disk", () -> first.values("t").size() == WINDOW);
      List<StateEntry> disk = first.outlet.state();
      assertEquals(qos == 2 ? WINDOW : 0, disk.size());
      try (BridgeBed second = bed(broker, qos, disk)) {
        allThereOf(qos, MESSAGES, List.of(first, second));
        eventually("no identifier is left", () -> second.outlet.state().isEmpty());
        assertEquals(qos == 2 ? WINDOW : 0, second.count("duplicatesQos2"));
      }
    }
  }

  /// The edge ends when the broker has released the window, and before the disk has forgotten it.
  @Test
  void theEdgesEndBetweenPubrelAndPubcompLeavesNoIdentifier() throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed first = bed(broker, 2).receiving()) {
      first.outlet.hold("normal");
      broker.publish("t/a", 2, lines(0, WINDOW));
      eventually("the window waits", () -> first.outlet.pending("normal") == WINDOW);
      first.outlet.goOnce("normal");
      eventually("all are on disk", () -> first.values("t").size() == WINDOW);
      eventually("all are released", () -> first.count("releasedQos2") == WINDOW);
      first.outlet.kill();
      first.cut();
      List<StateEntry> disk = first.outlet.state();
      assertEquals(WINDOW, disk.size());
      try (BridgeBed second = bed(broker, 2, disk).receiving()) {
        eventually("no identifier is left", () -> second.outlet.state().isEmpty());
        broker.publish("t/a", 2, lines(0, MESSAGES));
        eventually("the same again is new", () -> second.values("t").size() >= MESSAGES);
        assertEquals(lines(0, MESSAGES), second.values("t"));
      }
    }
  }

  @Test
  void aBrokerThatHasLostTheSessionMayUseItsIdentifiersAgain() throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed first = bed(broker, 2).receiving()) {
      first.outlet.hold("normal");
      broker.publish("t/a", 2, lines(0, WINDOW));
      eventually("the window waits", () -> first.outlet.pending("normal") == WINDOW);
      first.cut();
      first.outlet.go("normal");
      eventually("the window is on disk", () -> first.values("t").size() == WINDOW);
      broker.stop();
      broker.wipe();
      broker.start();
      try (BridgeBed second = bed(broker, 2, first.outlet.state()).receiving()) {
        assertEquals(List.of(), second.outlet.state());
        assertEquals(1, second.count("sessionsLost"));
        broker.publish("t/a", 2, lines(0, WINDOW));
        eventually("all came", () -> second.values("t").size() >= WINDOW);
        assertEquals(lines(0, WINDOW), second.values("t"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aJournalWithoutRoomDropsNothing(int qos) throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed bed = bed(broker, qos).receiving()) {
      bed.outlet.limit(3);
      bed.outlet.hold("normal");
      broker.publish("t/a", qos, lines(0, MESSAGES));
      eventually("it waits for room", () -> bed.summary().contains("until a journal has room"));
      assertEquals(3, bed.outlet.pending("normal"));
      bed.outlet.go("normal");
      eventually("all came", () -> bed.values("t").size() >= MESSAGES);
      assertEquals(lines(0, MESSAGES), bed.values("t"));
    }
  }

  /// The journal of one class waits while that of another is done: MQTT wants answers in the order of arrival.
  @Test
  void acknowledgesInTheOrderOfArrival() throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed bed = bed(broker, 1).receiving()) {
      bed.outlet.hold("normal");
      broker.publish("t/a", 1, List.of("slow"));
      eventually("it waits", () -> bed.outlet.pending("normal") == 1);
      broker.publish("alarms/a", 1, List.of("fast"));
      eventually("the other is done", () -> bed.count("logged") == 1);
      assertEquals(0, bed.count("acknowledged"));
      bed.outlet.go("normal");
      eventually("both are acknowledged", () -> bed.count("acknowledged") == 2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatIsDroppedWithAGapOrTooLargeIsAcknowledgedAndCounted(int qos) throws Exception {
    for (Refused reason : List.of(Refused.QUOTA, Refused.TOO_LARGE)) {
      try (Mosquitto broker = Mosquitto.open(directory.resolve("broker-" + reason));
          BridgeBed bed = bed(broker, qos).receiving()) {
        bed.outlet.refuse(reading -> reason);
        broker.publish("t/a", qos, lines(0, 3));
        eventually("all are acknowledged", () -> bed.count("acknowledged") == 3);
        String counter = reason == Refused.QUOTA ? "refusedQuota" : "refusedTooLarge";
        assertEquals(3, bed.count(counter));
        assertTrue(bed.lastError().contains("'t/a', 6 B: " + reason), bed.lastError());
        eventually("no identifier is left", () -> bed.outlet.state().isEmpty());
        assertEquals(0, bed.count("connectionsLost"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatAJournalDidNotKeepComesAgain(int qos) throws Exception {
    AtomicBoolean failing = new AtomicBoolean(true);
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed bed = bed(broker, qos).receiving()) {
      bed.outlet.refuse(reading -> failing.get() ? Refused.FAILED : null);
      broker.publish("t/a", qos, lines(0, 3));
      eventually("it was refused", () -> bed.count("refusedFailed") > 0);
      assertEquals(0, bed.count("acknowledged"));
      failing.set(false);
      eventually("all came", () -> bed.values("t").size() >= 3);
      assertEquals(lines(0, 3), bed.values("t"));
    }
  }

  @Test
  void whatNoMappingTakesIsAcknowledgedAndCounted() throws Exception {
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed bed = bed(broker, 1).receiving()) {
      broker.publish("other", 1, lines(0, WINDOW + 1));
      eventually("all are acknowledged", () -> bed.count("acknowledged") == WINDOW + 1);
      assertEquals(WINDOW + 1, bed.count("unmapped"));
      assertTrue(bed.lastError().contains("no mapping takes topic 'other'"), bed.lastError());
    }
  }

  @Test
  void aSharedSubscriptionIsDividedBetweenTwo() throws Exception {
    String shared = "subscriptions: [{filter: t/#, qos: 1, share: agents}]\n";
    try (Mosquitto broker = Mosquitto.open(directory.resolve("broker"));
        BridgeBed first = of(settings(broker, "one") + shared).receiving();
        BridgeBed second = of(settings(broker, "two") + shared).receiving()) {
      broker.publish("t/a", 1, lines(0, MESSAGES));
      eventually(
          "all came", () -> first.values("t").size() + second.values("t").size() >= MESSAGES);
      List<String> both = new ArrayList<>(first.values("t"));
      both.addAll(second.values("t"));
      assertEquals(MESSAGES, both.size());
      assertEquals(Set.copyOf(lines(0, MESSAGES)), Set.copyOf(both));
      assertTrue(!first.values("t").isEmpty() && !second.values("t").isEmpty());
    }
  }

  @Test
  void aClientCertificateLetsItIn() throws Exception {
    Path pki = directory.resolve("pki");
    CertificateAuthority.writeAll(pki, List.of("edge"));
    String tls =
        "allow_anonymous true\nrequire_certificate true\ncafile %s/ca.pem\ncertfile %s/hub.pem\nkeyfile %s/hub-key.pem"
            .formatted(pki, pki, pki);
    try (Mosquitto broker =
        new Mosquitto(directory.resolve("broker"), tls)
            .publishWith(
                "--cafile",
                pki + "/ca.pem",
                "--cert",
                pki + "/edge.pem",
                "--key",
                pki + "/edge-key.pem")) {
      broker.start();
      String all =
          "tls: {ca: %s/ca.pem, certificate: %s/edge.pem, key: %s/edge-key.pem}\n"
              .formatted(pki, pki, pki);
      try (BridgeBed bed = of(settings(broker, "edge") + all + subscriptions(1)).receiving()) {
        broker.publish("t/a", 1, lines(0, 3));
        eventually("all came", () -> bed.values("t").size() == 3);
      }
      String without = "tls: {ca: %s/ca.pem}\n".formatted(pki);
      try (BridgeBed bed = of(settings(broker, "edge") + without + subscriptions(1))) {
        eventually("it is refused", () -> bed.summary().startsWith("not connected"));
      }
      try (BridgeBed bed =
          of(settings(broker, "edge") + all.replace("}", ", name: other}") + subscriptions(1))) {
        eventually("the name is checked", () -> bed.summary().startsWith("not connected"));
        assertTrue(bed.lastError().contains("other"), bed.lastError());
      }
    }
  }

  @Test
  void aWrongPasswordIsSaidAndTriedAgain() throws Exception {
    Path users = directory.resolve("users");
    Process passwd =
        new ProcessBuilder(
                "/usr/bin/mosquitto_passwd", "-b", "-c", users.toString(), "plant", "right")
            .start();
    assertEquals(0, passwd.waitFor());
    Path password = directory.resolve("password");
    Files.writeString(password, "wrong\n");
    try (Mosquitto broker =
        new Mosquitto(directory.resolve("broker"), "password_file " + users)
            .publishWith("-u", "plant", "-P", "right")) {
      broker.start();
      String user = "user: plant\npassword-file: %s\n".formatted(password);
      try (BridgeBed bed = of(settings(broker, "edge") + user + subscriptions(1))) {
        eventually("it is tried again", () -> bed.count("connectsFailed") >= 2);
        String summary = bed.summary();
        assertTrue(summary.contains("not connected to " + broker.address()), summary);
        assertTrue(summary.toLowerCase(Locale.ROOT).contains("not authorized"), summary);
        Files.writeString(password, "right\n");
        bed.receiving();
        broker.publish("t/a", 1, lines(0, 3));
        eventually("all came", () -> bed.values("t").size() == 3);
      }
    }
  }

  /// At QoS 2 everything is there once and in order; at QoS 1 everything is there.
  private static void allThereOf(int qos, int count, List<BridgeBed> lives) {
    Set<String> expected = new LinkedHashSet<>(lines(0, count));
    eventually("all came", () -> all(lives).containsAll(expected));
    List<String> all = all(lives);
    if (qos == 2) {
      same(List.copyOf(expected), all);
    } else {
      same(List.copyOf(expected), List.copyOf(new LinkedHashSet<>(all)));
    }
  }

  /// Names the first that differs, instead of showing thousands.
  private static void same(List<String> expected, List<String> actual) {
    int size = Math.min(expected.size(), actual.size());
    for (int i = 0; i < size; i++) {
      assertEquals(expected.get(i), actual.get(i), "at " + i + " of " + actual.size());
    }
    assertEquals(expected.size(), actual.size());
  }

  private static List<String> all(List<BridgeBed> lives) {
    List<String> all = new ArrayList<>();
    lives.forEach(life -> all.addAll(life.values("t")));
    return all;
  }

  private static List<String> lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "line-" + i).toList();
  }

  private BridgeBed bed(Mosquitto broker, int qos) throws IOException {
    return bed(broker, qos, List.of());
  }

  private BridgeBed bed(Mosquitto broker, int qos, List<StateEntry> disk) throws IOException {
    return BridgeBed.of(settings(broker, "edge") + subscriptions(qos), disk);
  }

  private static BridgeBed of(String settings) throws IOException {
    return BridgeBed.of(settings, List.of());
  }

  private String settings(Mosquitto broker, String clientId) {
    return "address: %s\nclient: %s\nversion: '%s'\nclient-id: %s\nreceive-maximum: %d\n"
        .formatted(broker.address(), client(), version(), clientId, WINDOW);
  }

  private static String subscriptions(int qos) {
    return "subscriptions: [{filter: '#', qos: %d}]\n".formatted(qos);
  }
}
