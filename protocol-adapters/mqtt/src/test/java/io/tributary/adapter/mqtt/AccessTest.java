package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.connectAs;
import static io.tributary.adapter.mqtt.RawClient.publish;
import static io.tributary.adapter.mqtt.RawClient.subscribe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.StateEntry;
import io.tributary.adapter.mqtt.users.PasswordHash;
import io.tributary.adapter.mqtt.users.User;
import io.tributary.adapter.mqtt.users.UserFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who comes in, and what for.
class AccessTest {
  private static final PasswordHash SECRET = PasswordHash.of("secret");

  private static final String RIGHTS =
      """
      rights:
        - {user: "*", publish: ["t/%u/#", "t/c/%c"], subscribe: ["t/%u/#"]}
        - {user: "$anonymous", publish: [t/open], subscribe: []}
      """;

  @TempDir Path directory;

  private UserFile file = new UserFile(Path.of("none"));
  private String users = "";

  @BeforeEach
  void addUser() throws Exception {
    Path path = directory.resolve("users");
    file = new UserFile(path);
    file.change(before -> before.with(new User("press", SECRET)).with(new User("robot", SECRET)));
    users = "users-file: " + path + "\n";
  }

  // ---- passwords

  @Test
  void theRightPasswordComesInAndTheWrongOneHearsWhy() throws Exception {
    try (Bed bed = Bed.of(users)) {
      try (RawClient v3 = as(bed, 4, "a", "press", "secret");
          RawClient v5 = as(bed, 5, "b", "press", "secret")) {
        v3.expect(ACCEPTED);
        v5.expectWelcome(false);
        v3.send(publish(1, 1, "t", "x"));
        v3.expect("40020001");
      }
      for (String[] wrong :
          new String[][] {{"press", "Secret"}, {"nobody", "secret"}, {"press", null}}) {
        try (RawClient v3 = as(bed, 4, "a", wrong[0], wrong[1]);
            RawClient v5 = as(bed, 5, "b", wrong[0], wrong[1])) {
          v3.expect("20020004", "closed");
          v5.expectRefusal(Reason.BAD_USER_NAME_OR_PASSWORD);
        }
      }
      assertEquals(6, bed.count(Counter.LOGINS_REFUSED));
      assertEquals(0, bed.count(Counter.PROTOCOL_ERRORS));
      Bed.eventually("nothing is held", () -> bed.endpoint.server().heldBytes() == 0);
    }
  }

  @Test
  void whatIsSentBehindAConnectWaitsForThePassword() throws Exception {
    try (Bed bed = Bed.of(users);
        RawClient client = new RawClient(bed)) {
      client.send(connectAs(4, "a", true, "press", "secret") + publish(1, 7, "t", "x") + "c000");
      client.expect(ACCEPTED);
      List<String> both = new ArrayList<>(List.of(client.read(), client.read()));
      both.sort(null);
      assertEquals(List.of("40020007", "d000"), both);
    }
    try (Bed bed = Bed.of(users);
        RawClient client = new RawClient(bed)) {
      client.send(connectAs(4, "a", true, "press", "wrong") + publish(1, 7, "t", "x"));
      client.expect("20020004", "closed");
      assertEquals(List.of(), bed.values("t"));
    }
  }

  @Test
  void othersAreServedWhilePasswordsAreChecked() throws Exception {
    int guesses = 12;
    try (Bed bed = Bed.of(users);
        RawClient other = RawClient.v3(bed, "other", true)) {
      other.expect(ACCEPTED);
      List<RawClient> guessers = new ArrayList<>();
      for (int i = 0; i < guesses; i++) {
        guessers.add(as(bed, 4, "g" + i, "press", "wrong" + i));
      }
      Bed.eventually("the first is refused", () -> bed.count(Counter.LOGINS_REFUSED) > 0);
      other.expectNothingButPong();
      assertTrue(bed.count(Counter.LOGINS_REFUSED) < guesses, "a ping waited for passwords");
      for (RawClient each : guessers) {
        each.expect("20020004", "closed");
        each.close();
      }
    }
  }

  @Test
  void aClientThatIsGoneIsNotLetIn() throws Exception {
    try (Bed bed = Bed.of(users)) {
      for (int i = 0; i < 3; i++) {
        as(bed, 4, "a", "press", "secret").close();
      }
      try (RawClient last = as(bed, 4, "a", "press", "secret")) {
        last.expect(ACCEPTED);
        last.expectNothingButPong();
      }
      Bed.eventually("nothing is held", () -> bed.endpoint.server().heldBytes() == 0);
      assertEquals(0, bed.count(Counter.FAULTS));
    }
  }

  @Test
  void aPasswordThatWasRightIsCheckedOnceOnly() throws Exception {
    ExecutorService loop = Executors.newSingleThreadExecutor();
    try (Logins logins = new Logins("logins", file, loop, () -> {}, bug -> {})) {
      logins.start();
      assertEquals("later press", asked(logins, loop, "secret"));
      assertEquals("at once press", asked(logins, loop, "secret"));
      assertEquals("later nobody", asked(logins, loop, "wrong"));
      assertEquals("later nobody", asked(logins, loop, "wrong"));
    } finally {
      loop.shutdownNow();
    }
  }

  private static String asked(Logins logins, ExecutorService loop, String password)
      throws Exception {
    AtomicReference<@Nullable String> answer = new AtomicReference<>();
    boolean isAtOnce =
        loop.submit(
                () -> {
                  logins.check(
                      "press",
                      Bed.bytes(password),
                      user -> answer.set(user == null ? "nobody" : user.name()));
                  return answer.get() != null;
                })
            .get(Bed.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    Bed.eventually("an answer", () -> answer.get() != null);
    return (isAtOnce ? "at once " : "later ") + answer.get();
  }

  @Test
  void whoHasAnotherPasswordOrIsRemovedGoesOut() throws Exception {
    try (Bed bed = Bed.of(users);
        RawClient press = as(bed, 5, "a", "press", "secret");
        RawClient robot = as(bed, 4, "b", "robot", "secret")) {
      press.expectWelcome(false);
      robot.expect(ACCEPTED);
      file.change(before -> before.with(new User("press", PasswordHash.of("other"))));
      press.expectDisconnect(Reason.NOT_AUTHORIZED);
      robot.expectNothingButPong();
      file.change(before -> before.without("robot"));
      assertEquals("closed", robot.read());
      assertEquals(2, bed.count(Counter.USERS_GONE));
      try (RawClient before = as(bed, 4, "a", "press", "secret");
          RawClient after = as(bed, 4, "c", "press", "other")) {
        before.expect("20020004", "closed");
        after.expect(ACCEPTED);
      }
    }
  }

  @Test
  void aDamagedFileLeavesTheUsersThatWereThereAndStatusSaysSo() throws Exception {
    Path path = directory.resolve("users");
    try (Bed bed = Bed.of(users)) {
      Files.writeString(path, "rubbish");
      Bed.eventually(
          "status says so", () -> bed.endpoint.status().summary().contains("is damaged"));
      try (RawClient client = as(bed, 4, "a", "press", "secret")) {
        client.expect(ACCEPTED);
      }
    }
    assertThrows(IOException.class, () -> Bed.of(users).close());
  }

  // ---- nobody

  @Test
  void nobodyIsLetInOnLoopbackUnlessTheConfigurationSaysOtherwise() throws Exception {
    try (Bed bed = Bed.of(users);
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
    }
    try (Bed bed = Bed.of(users + "anonymous: false\n");
        RawClient v3 = RawClient.v3(bed, "a", true);
        RawClient v5 = RawClient.v5(bed, "a", true, "")) {
      v3.expect("20020005", "closed");
      v5.expectRefusal(Reason.NOT_AUTHORIZED);
      assertEquals(2, bed.count(Counter.ANONYMOUS_REFUSED));
      assertEquals(0, bed.count(Counter.PROTOCOL_ERRORS));
    }
    try (Bed bed = Bed.of("listen: 0.0.0.0:0\n" + users);
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect("20020005", "closed");
    }
    try (Bed bed = Bed.of("listen: 0.0.0.0:0\nanonymous: true\n");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
    }
  }

  @Test
  void whoListensForStrangersWithoutWantingToIsToldWhatToDo() {
    assertRefused("listen: 0.0.0.0:1883", "test.yaml:1: listen: has 0.0.0.0:1883, which is not");
    assertRefused("listeners: [{address: '[::]:1883'}]", "'anonymous: true' to let everybody in");
    assertRefused("anonymous: false", "users-file: FILE");
    assertRefused("rights: [{publish: [a]}]", "user: is missing");
    assertRefused("rights: [{user: a, publish: [a/#/b]}]", "has 'a/#/b' but must be");
    assertRefused("listeners: []", "is empty");
    assertRefused("listeners: [{address: '127.0.0.1:0', path: /x}]", "say 'websocket: true'");
    assertRefused(
        "listeners: [{address: '127.0.0.1:0', tls: {certificate: c, key: k,"
            + " user-from-certificate: true}}]",
        "needs 'client-ca'");
  }

  private static void assertRefused(String yaml, String says) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Bed.read(yaml + "\n" + Bed.MAPPINGS));
    String text = String.valueOf(refused.getMessage());
    assertTrue(text.contains(says), text);
  }

  // ---- rights

  @Test
  void aPublishWithoutARightIsAnsweredByItsReasonAndLeavesNoTrace() throws Exception {
    try (Bed bed = Bed.of(users + RIGHTS)) {
      try (RawClient client = as(bed, 5, "c-1", "press", "secret")) {
        client.expectWelcome(false);
        client.send(publish(1, 1, "t/press/x", "fine", ""));
        client.expect("40020001");
        client.send(publish(1, 2, "t/c/c-1", "fine", ""));
        client.expect("40020002");
        client.send(publish(1, 3, "t/robot/x", "no", ""));
        client.expect("4003000387");
        client.send(publish(2, 4, "t/c/c-2", "no", ""));
        client.expect("5003000487");
        client.send(publish(2, 4, "t/press/y", "fine", ""));
        client.expect("50020004");
        client.send(publish(0, 0, "t/robot/x", "no", ""));
        client.expectDisconnect(Reason.NOT_AUTHORIZED);
      }
      for (int qos = 0; qos <= 2; qos++) {
        try (RawClient client = as(bed, 4, "c-1", "press", "secret")) {
          client.expect(ACCEPTED);
          client.send(publish(qos, 1, "t/robot/x", "no"));
          client.expect("closed");
        }
      }
      try (RawClient nobody = RawClient.v3(bed, "n", true)) {
        nobody.expect(ACCEPTED);
        nobody.send(publish(1, 1, "t/open", "open"));
        nobody.expect("40020001");
        nobody.send(publish(1, 2, "t/press/x", "no"));
        nobody.expect("closed");
      }
      assertEquals(List.of("fine", "fine", "fine", "open"), bed.values("t"));
      assertEquals(7, bed.count(Counter.PUBLISHES_NOT_AUTHORIZED));
      assertEquals(0, bed.count(Counter.PROTOCOL_ERRORS));
    }
  }

  @Test
  void aFilterThatMatchesMoreThanIsAllowedIsRefusedByItself() throws Exception {
    try (Bed bed = Bed.of(users + RIGHTS);
        RawClient v5 = as(bed, 5, "a", "press", "secret");
        RawClient v3 = as(bed, 4, "b", "press", "secret")) {
      v5.expectWelcome(false);
      v3.expect(ACCEPTED);
      v5.send(subscribe(5, 1, "t/press/+", 1));
      v5.expect("900400010001");
      int packetId = 2;
      for (String wide : List.of("t/#", "#", "t/+/x", "t/robot/x", "$share/g/t/#", "$SYS/#")) {
        v5.send(subscribe(5, packetId, wide, 1));
        v5.expect("90040" + "00" + packetId + "0087");
        packetId++;
      }
      v3.send(subscribe(4, 1, "t/#", 1));
      v3.expect("9003000180");
      v5.send(publish(1, 9, "t/press/x", "mine", ""));
      List<String> both = new ArrayList<>(List.of(v5.read(), v5.read()));
      both.sort(null);
      assertTrue(both.get(0).startsWith("32"), both::toString);
      assertEquals("40020009", both.get(1));
      v3.expectNothingButPong();
      assertEquals(7, bed.count(Counter.SUBSCRIPTIONS_NOT_AUTHORIZED));
    }
  }

  @Test
  void aWillWithoutARightIsRefusedWithItsConnect() throws Exception {
    try (Bed bed = Bed.of("rights: [{user: $anonymous, publish: [t/open]}]\n")) {
      for (String topic : List.of("t/open", "t/closed")) {
        try (RawClient client = new RawClient(bed)) {
          client.send(
              RawClient.packet(
                  0x10,
                  RawClient.string("MQTT")
                      + "040600"
                      + "3c"
                      + RawClient.string("w")
                      + RawClient.string(topic)
                      + RawClient.string("gone")));
          client.expect(topic.equals("t/open") ? ACCEPTED : "20020005");
        }
      }
      Bed.eventually("one is published", () -> bed.values("t").equals(List.of("gone")));
      assertEquals(1, bed.count(Counter.WILLS_REFUSED));
    }
  }

  @Test
  void aRestoredSubscriptionIsHeldAgainstTheRightsOfNow() throws Exception {
    List<StateEntry> disk;
    try (Bed bed = Bed.of("")) {
      try (RawClient client = RawClient.v5(bed, "a", true, "1100000e10")) {
        client.expectWelcome(false);
        client.send(subscribe(5, 1, "t/#", 1));
        client.expect("900400010001");
        client.send(subscribe(5, 2, "t/open", 1));
        client.expect("900400020001");
      }
      try (RawClient other = RawClient.v3(bed, "other", true)) {
        other.expect(ACCEPTED);
        Bed.eventually("it is away", () -> bed.endpoint.connectionCount() == 1);
        other.send(publish(1, 1, "t/secret", "queued"));
        other.expect("40020001");
      }
      disk = bed.outlet.state();
    }
    String rights = "rights: [{user: $anonymous, publish: [t/#], subscribe: [t/open]}]\n";
    try (Bed bed = Bed.of(rights, disk);
        RawClient client = RawClient.v5(bed, "a", false, "1100000e10");
        RawClient other = RawClient.v3(bed, "other", true)) {
      client.expectWelcome(true);
      other.expect(ACCEPTED);
      other.send(publish(1, 1, "t/secret", "new"));
      other.expect("40020001");
      client.expectNothingButPong();
      other.send(publish(1, 2, "t/open", "new"));
      other.expect("40020002");
      assertTrue(client.read().startsWith("32"), "what is allowed still comes");
      assertEquals(1, bed.count(Counter.SUBSCRIPTIONS_NOT_AUTHORIZED));
      assertEquals(1, bed.count(Counter.DELIVERIES_NOT_AUTHORIZED));
      Bed.eventually(
          "the disk forgets it",
          () ->
              bed.outlet.state().stream()
                      .filter(entry -> entry.key().startsWith(BrokerState.SUBSCRIPTION))
                      .count()
                  == 1);
    }
  }

  @Test
  void nobodyTakesTheSessionOfAnother() throws Exception {
    try (Bed bed = Bed.of(users)) {
      try (RawClient press = as(bed, 5, "a", "press", "secret")) {
        press.expectWelcome(false);
        try (RawClient robot = as(bed, 5, "a", "robot", "secret")) {
          robot.expectRefusal(Reason.NOT_AUTHORIZED);
        }
        press.expectNothingButPong();
      }
      Bed.eventually("it is away", () -> bed.endpoint.connectionCount() == 0);
      try (RawClient robot = new RawClient(bed)) {
        robot.send(connectAs(5, "a", false, "robot", "secret"));
        robot.expectWelcome(false);
      }
      assertEquals(2, bed.count(Counter.OTHER_USERS_CLIENT));
    }
  }

  @Test
  void nobodyTakesTheSessionOfAnotherAfterARestartEither() throws Exception {
    List<StateEntry> disk = leftByPress();
    try (Bed bed = Bed.of(users, disk)) {
      try (RawClient press = resuming(bed, "press")) {
        press.expectWelcome(true);
        assertTrue(press.read().endsWith(HexFormat.of().formatHex(Bed.bytes("queued"))));
        try (RawClient robot = resuming(bed, "robot")) {
          robot.expectRefusal(Reason.NOT_AUTHORIZED);
        }
        press.expectNothingButPong();
      }
      assertEquals(1, bed.count(Counter.OTHER_USERS_CLIENT));
    }
    for (String other : List.of("robot", "")) {
      String everybody = "anonymous: true\n";
      try (Bed bed = Bed.of(users + everybody, disk)) {
        try (RawClient robot = resuming(bed, other)) {
          robot.expectWelcome(false);
          robot.expectNothingButPong();
        }
        assertEquals(1, bed.count(Counter.OTHER_USERS_CLIENT));
      }
    }
  }

  /// Entries of sessions had no user once, and those of clients without a name still have none.
  @Test
  void aSessionOfNobodyBelongsToTheFirstWhoComesAfterARestart() throws Exception {
    List<StateEntry> disk = new ArrayList<>();
    for (StateEntry each : leftByPress()) {
      SessionState.Found found = SessionState.session(each);
      byte[] value =
          found == null
              ? each.value()
              : SessionState.sessionValue(found.generation(), found.expirySeconds(), null);
      disk.add(new StateEntry(each.className(), each.key(), value));
    }
    List<StateEntry> next;
    try (Bed bed = Bed.of(users, disk)) {
      try (RawClient robot = resuming(bed, "robot")) {
        robot.expectWelcome(true);
      }
      try (RawClient press = resuming(bed, "press")) {
        String welcome = press.read(); // refused or new, as the robot's end was seen or not
        assertFalse(welcome.startsWith("0100", 4), welcome);
      }
      assertEquals(1, bed.count(Counter.OTHER_USERS_CLIENT));
    }
    try (Bed bed = Bed.of(users, disk)) {
      try (RawClient robot = resuming(bed, "robot")) {
        robot.expectWelcome(true);
      }
      next = bed.outlet.state();
    }
    try (Bed bed = Bed.of(users, next);
        RawClient press = resuming(bed, "press")) {
      press.expectWelcome(false);
    }
    try (Bed bed = Bed.of(users, next);
        RawClient robot = resuming(bed, "robot")) {
      robot.expectWelcome(true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "press", "Zoë"})
  void whoseASessionIsLiesInItsEntry(String user) {
    String key = SessionState.sessionKey("a");
    byte[] value = SessionState.sessionValue(-7, 0xffff_ffffL, user);
    assertEquals(
        new SessionState.Found("a", -7, 0xffff_ffffL, user),
        SessionState.session(new StateEntry("normal", key, value)));
    byte[] ofNobody = SessionState.sessionValue(-7, 9, null);
    assertEquals(13, ofNobody.length, "as it always was");
    assertEquals(
        new SessionState.Found("a", -7, 9, null),
        SessionState.session(new StateEntry("normal", key, ofNobody)));
    for (int cut = 0; cut < 13; cut++) {
      StateEntry entry = new StateEntry("normal", key, Arrays.copyOf(value, cut));
      assertEquals(null, SessionState.session(entry));
    }
    value[0] = 3;
    assertEquals(null, SessionState.session(new StateEntry("normal", key, value)));
  }

  /// A session of the user press with a message in its queue.
  private List<StateEntry> leftByPress() throws Exception {
    try (Bed bed = Bed.of(users)) {
      try (RawClient press = as(bed, 5, "a", "press", "secret")) {
        press.expectWelcome(false);
        press.send(subscribe(5, 1, "t/#", 1));
        press.expect("900400010001");
      }
      Bed.eventually("it is away", () -> bed.endpoint.connectionCount() == 0);
      try (RawClient robot = as(bed, 5, "b", "robot", "secret")) {
        robot.expectWelcome(false);
        robot.send(publish(1, 1, "t/x", "queued", ""));
        robot.expect("40020001");
      }
      return bed.outlet.state();
    }
  }

  /// The client "a", with the session that there is.
  ///
  /// @param user empty: it says no name
  private static RawClient resuming(Bed bed, String user) throws IOException {
    if (user.isEmpty()) {
      return RawClient.v5(bed, "a", false, "1100000e10");
    }
    RawClient client = new RawClient(bed);
    client.send(connectAs(5, "a", false, user, "secret"));
    return client;
  }

  // ---- limits

  @Test
  void whoPublishesTooFastIsReadMoreSlowlyAndLosesNothing() throws Exception {
    int publishes = 30;
    try (Bed bed = Bed.of("publish-rate: {messages: 20}\n");
        RawClient client = RawClient.v3(bed, "a", true)) {
      client.expect(ACCEPTED);
      StringBuilder all = new StringBuilder();
      List<String> expected = new ArrayList<>();
      for (int i = 1; i <= publishes; i++) {
        all.append(publish(1, i, "t", "v" + i));
        expected.add("v" + i);
      }
      client.send(all.toString());
      for (int i = 1; i <= publishes; i++) {
        client.expect("4002" + RawClient.hex16(i));
      }
      assertEquals(expected, bed.values("t"));
      assertTrue(bed.count(Counter.RATE_PAUSES) > 0, "it was never slowed down");
    }
  }

  @Test
  void oneAddressHasSoManyConnections() throws Exception {
    try (Bed bed = Bed.of("max-connections-per-address: 2\n");
        RawClient first = RawClient.v3(bed, "a", true);
        RawClient second = RawClient.v3(bed, "b", true)) {
      first.expect(ACCEPTED);
      second.expect(ACCEPTED);
      try (RawClient third = new RawClient(bed)) {
        assertEquals("closed", third.read());
      }
      assertEquals(1, bed.count(Counter.ADDRESS_FULL));
      String example = Objects.requireNonNull(bed.endpoint.status().lastError());
      assertTrue(example.contains("max-connections-per-address"), example);
      first.shutdownOutput();
      Bed.eventually("there is room", () -> bed.endpoint.connectionCount() == 1);
      try (RawClient next = RawClient.v3(bed, "c", true)) {
        next.expect(ACCEPTED);
      }
      assertFalse(bed.count(Counter.ADDRESS_FULL) > 1);
    }
  }

  private static RawClient as(
      Bed bed, int version, String clientId, String user, @Nullable String password)
      throws IOException {
    RawClient client = new RawClient(bed);
    client.send(connectAs(version, clientId, true, user, password));
    return client;
  }
}
