package io.tributary.front.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.ClientAuth;
import io.tributary.front.kafka.access.SaslMechanism;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Who has not logged in gets nothing but the login, within its bounds, however it asks.
@Timeout(60)
final class StrangersTest {
  private static final int METADATA = 3;
  private static final int SASL_HANDSHAKE = 17;
  private static final int API_VERSIONS = 18;
  private static final int SASL_AUTHENTICATE = 36;
  private static final short NONE = 0;
  private static final short UNSUPPORTED_MECHANISM = 33;
  private static final short ILLEGAL_STATE = 34;
  private static final short UNSUPPORTED_VERSION = 35;
  private static final short AUTHENTICATION_FAILED = 58;

  @TempDir private Path directory;
  private @Nullable GuardedHub started;

  private GuardedHub start(Set<SaslMechanism> mechanisms, FrontLimits limits) throws Exception {
    GuardedHub hub = new GuardedHub(directory, null, mechanisms, null, limits);
    hub.user("alice", "admin");
    started = hub;
    return hub;
  }

  private GuardedHub start() throws Exception {
    return start(GuardedHub.EVERY_MECHANISM, FrontLimits.DEFAULT);
  }

  private static FrontLimits limits(int connections, int requestMs) {
    FrontLimits limits = FrontLimits.DEFAULT;
    return new FrontLimits(
        connections,
        limits.requestBytes(),
        limits.heldBytes(),
        requestMs,
        limits.fetchBytes(),
        limits.fetchWaitMs(),
        limits.idleMs());
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  @Test
  void mayAskForVersionsAndLogInAndNothingElse() throws Exception {
    GuardedHub hub = start();
    try (RawClient client = client(hub)) {
      client.send(RawClient.request(API_VERSIONS, 0, 1, out -> {}));
      assertEquals(1, client.answer().getInt());
      assertEquals(NONE, handshake(client, "PLAIN", 1));
      assertEquals(NONE, authenticate(client, plain("alice", GuardedHub.PASSWORD)));
      client.send(metadata(7));
      assertEquals(7, client.answer().getInt());
    }
    try (RawClient client = client(hub)) {
      client.send(metadata(7));
      assertTrue(client.isClosed());
      assertRefused(hub, "before it has logged in");
    }
    try (RawClient between = client(hub)) {
      assertEquals(NONE, handshake(between, "SCRAM-SHA-256", 1));
      between.send(metadata(7));
      assertTrue(between.isClosed());
    }
    try (RawClient eager =
        client(hub)) { // both at once: the second is not begun before the first has failed
      eager.send(handshake("PLAIN", 1), token(plain("alice", "wrong")), metadata(7));
      eager.answer();
      assertEquals(AUTHENTICATION_FAILED, error(eager.answer()));
      assertTrue(eager.isClosed());
    }
  }

  @Test
  void isToldWhatItDoesInTheWrongOrder() throws Exception {
    GuardedHub hub = start(EnumSet.of(SaslMechanism.PLAIN), FrontLimits.DEFAULT);
    try (RawClient client = client(hub)) {
      assertEquals(ILLEGAL_STATE, authenticate(client, plain("alice", GuardedHub.PASSWORD)));
      assertTrue(client.isClosed());
    }
    try (RawClient client = client(hub)) {
      assertEquals(UNSUPPORTED_MECHANISM, handshake(client, "SCRAM-SHA-256", 1));
      assertTrue(client.isClosed());
    }
    try (RawClient old = client(hub)) {
      assertEquals(UNSUPPORTED_VERSION, handshake(old, "PLAIN", 0));
      assertTrue(old.isClosed());
    }
    try (RawClient twice = client(hub)) {
      assertEquals(NONE, handshake(twice, "PLAIN", 1));
      assertEquals(ILLEGAL_STATE, handshake(twice, "PLAIN", 1));
      assertEquals(NONE, authenticate(twice, plain("alice", GuardedHub.PASSWORD)));
      assertEquals(ILLEGAL_STATE, handshake(twice, "PLAIN", 1));
      assertEquals(ILLEGAL_STATE, authenticate(twice, plain("alice", GuardedHub.PASSWORD)));
      twice.send(metadata(7));
      assertEquals(7, twice.answer().getInt());
    }
  }

  @Test
  void whereThereIsNoSaslALoginIsAnIllegalStateAndNoMore() throws Exception {
    try (Hub open = new Hub(directory);
        RawClient client = new RawClient(open.front.address())) {
      assertEquals(ILLEGAL_STATE, handshake(client, "PLAIN", 1));
      assertEquals(ILLEGAL_STATE, authenticate(client, plain("alice", GuardedHub.PASSWORD)));
      client.send(metadata(7));
      assertEquals(7, client.answer().getInt());
    }
  }

  @Test
  void anEmptyPasswordAndAnotherUsersRightsAreRefused() throws Exception {
    GuardedHub hub = start();
    hub.user("bob");
    for (byte[] token :
        List.of(
            plain("alice", ""),
            plain("", GuardedHub.PASSWORD),
            bytes("alice\0bob\0" + GuardedHub.PASSWORD), // bob wants to be alice
            bytes("\0\0"),
            bytes(""))) {
      try (RawClient client = client(hub)) {
        assertEquals(NONE, handshake(client, "PLAIN", 1));
        assertEquals(AUTHENTICATION_FAILED, authenticate(client, token));
        assertTrue(client.isClosed());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rubbishIsAFailedLogin(SaslMechanism mechanism) throws Exception {
    GuardedHub hub = start();
    Random random = new Random(5);
    for (int i = 0; i < 30; i++) {
      byte[] rubbish = new byte[random.nextInt(300)];
      random.nextBytes(rubbish);
      byte[] token =
          i % 2 == 0
              ? rubbish
              : bytes("n,,n=alice,r=" + new String(rubbish, StandardCharsets.UTF_8));
      try (RawClient client = client(hub)) {
        assertEquals(NONE, handshake(client, mechanism.registeredName(), 1));
        short first = authenticate(client, token);
        if (first == NONE) { // of SCRAM the beginning may be right
          assertEquals(AUTHENTICATION_FAILED, authenticate(client, rubbish));
        } else {
          assertEquals(AUTHENTICATION_FAILED, first);
        }
        assertTrue(client.isClosed());
      }
    }
    assertEquals(30, hub.front.status().loginsFailed());
  }

  @Test
  void sendsSmallRequests() throws Exception {
    GuardedHub hub = start();
    try (RawClient client = client(hub)) {
      client.send(ByteBuffer.allocate(4).putInt(Login.REQUEST_BYTES_MOST + 1).array());
      assertTrue(client.isClosed());
      assertRefused(hub, "before a login");
    }
    try (RawClient client = client(hub)) {
      assertEquals(NONE, handshake(client, "PLAIN", 1));
      assertEquals(NONE, authenticate(client, plain("alice", GuardedHub.PASSWORD)));
      byte[] name = "t".repeat(Login.REQUEST_BYTES_MOST).getBytes(StandardCharsets.US_ASCII);
      client.send(
          RawClient.request(
              METADATA,
              1,
              9,
              out -> {
                out.writeInt(1);
                out.writeShort(name.length);
                out.write(name);
              }));
      assertEquals(9, client.answer().getInt());
    }
  }

  @Test
  void hasAsLongAsAFirstRequestMayTake() throws Exception {
    GuardedHub hub = start(GuardedHub.EVERY_MECHANISM, limits(10, 300));
    try (RawClient client = client(hub)) {
      client.send(RawClient.request(API_VERSIONS, 0, 1, out -> {}));
      client.answer();
      assertEquals(NONE, handshake(client, "SCRAM-SHA-512", 1));
      assertTrue(client.isClosed());
      assertRefused(hub, "has not logged in within 300 ms");
    }
  }

  /// The password is checked only when another stranger's time, which began later, is over.
  @Test
  void isNotBlamedForTheTimeThatItsPasswordWaitsToBeChecked() throws Exception {
    GuardedHub hub = start(GuardedHub.EVERY_MECHANISM, limits(10, 2_000));
    CountDownLatch checking = new CountDownLatch(1);
    CountDownLatch mayCheck = new CountDownLatch(1);
    hub.beforeUsers.set(() -> {
      if (Thread.currentThread().getName().equals("kafka-login")) {
        checking.countDown();
        try {
          mayCheck.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    });
    try (RawClient client = client(hub)) {
      assertEquals(NONE, handshake(client, "PLAIN", 1));
      client.send(token(plain("alice", GuardedHub.PASSWORD)));
      assertTrue(checking.await(30, TimeUnit.SECONDS));
      try (RawClient silent = client(hub)) {
        assertEquals(NONE, handshake(silent, "PLAIN", 1));
        assertTrue(silent.isClosed());
        assertRefused(hub, "has not logged in within 2000 ms");
      }
      mayCheck.countDown();
      assertEquals(NONE, error(client.answer()));
    }
  }

  @Test
  void givesWayWhenItIsFullAlthoughItHasAskedForVersions() throws Exception {
    GuardedHub hub = start(GuardedHub.EVERY_MECHANISM, limits(2, 30_000));
    try (RawClient honest = client(hub);
        RawClient idle = client(hub)) {
      assertEquals(NONE, handshake(honest, "PLAIN", 1));
      assertEquals(NONE, authenticate(honest, plain("alice", GuardedHub.PASSWORD)));
      honest.send(metadata(1));
      honest.answer();
      idle.send(RawClient.request(API_VERSIONS, 0, 1, out -> {}));
      idle.answer();
      try (RawClient next = client(hub)) {
        next.send(RawClient.request(API_VERSIONS, 0, 2, out -> {}));
        assertEquals(2, next.answer().getInt());
        assertTrue(idle.isClosed());
        honest.send(metadata(3));
        assertEquals(3, honest.answer().getInt());
      }
    }
  }

  @Test
  void whoSpeaksNoTlsWhereThereIsTlsIsCounted() throws Exception {
    GuardedHub hub = new GuardedHub(directory, ClientAuth.NONE, GuardedHub.EVERY_MECHANISM);
    started = hub;
    try (RawClient client = client(hub)) {
      client.send(RawClient.request(API_VERSIONS, 0, 1, out -> {}));
      assertTrue(client.isClosed());
    }
    await(() -> hub.front.status().connections() == 0);
    assertRefused(hub, "no TLS");
    assertEquals(1, hub.front.status().refused());
  }

  private static void assertRefused(GuardedHub hub, String why) {
    String last = String.valueOf(hub.front.status().lastRefusal());
    assertTrue(last.contains(why), last);
  }

  private static RawClient client(GuardedHub hub) throws IOException {
    return new RawClient(hub.front.address());
  }

  private static byte[] handshake(String mechanism, int version) throws IOException {
    return RawClient.request(SASL_HANDSHAKE, version, 5, out -> RawClient.string(out, mechanism));
  }

  private static byte[] token(byte[] token) throws IOException {
    return RawClient.request(
        SASL_AUTHENTICATE,
        1,
        6,
        out -> {
          out.writeInt(token.length);
          out.write(token);
        });
  }

  /// All topics, in version 0, where that is an empty list.
  private static byte[] metadata(int correlationId) throws IOException {
    return RawClient.request(METADATA, 0, correlationId, out -> out.writeInt(0));
  }

  private static short handshake(RawClient client, String mechanism, int version)
      throws IOException {
    client.send(handshake(mechanism, version));
    return error(client.answer());
  }

  private static short authenticate(RawClient client, byte[] token) throws IOException {
    client.send(token(token));
    return error(client.answer());
  }

  private static short error(ByteBuffer answer) {
    answer.getInt(); // the correlation id
    return answer.getShort();
  }

  private static byte[] plain(String user, String password) {
    return bytes("\0" + user + "\0" + password);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long giveUpNanos = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < giveUpNanos, "waited too long");
      Thread.sleep(1);
    }
  }
}
