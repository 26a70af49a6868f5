package io.tributary.front.kafka;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.front.kafka.access.Credentials;
import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.Rights;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.front.kafka.access.User;
import io.tributary.front.kafka.access.Users;
import io.tributary.log.FileDisk;
import io.tributary.store.Layout;
import io.tributary.store.StoreRefused;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.log.LogStore;
import io.tributary.store.log.LogStoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A front over a real store whose clients must say who they are, and the settings of Kafka's clients that do.
final class GuardedHub implements AutoCloseable {
  static final Set<SaslMechanism> EVERY_MECHANISM = EnumSet.allOf(SaslMechanism.class);
  static final String PASSWORD = "correct horse, 100 % \u00e9";

  /// The same for all: made once, since that takes long by design.
  private static final Credentials CREDENTIALS = Credentials.of(PASSWORD);

  final AtomicReference<Users> users = new AtomicReference<>(Users.NONE);

  /// Run before the users are looked at, whoever looks.
  final AtomicReference<Runnable> beforeUsers = new AtomicReference<>(() -> {});

  final LogStore store;
  final KafkaFront front;
  private final Path certificates;
  private final boolean hasTls;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  /// @param clientAuth null: plain TCP
  GuardedHub(
      Path directory,
      @Nullable ClientAuth clientAuth,
      Set<SaslMechanism> mechanisms,
      @Nullable Rights anonymous,
      FrontLimits limits,
      List<ClientQuota> quotas)
      throws Exception {
    certificates = directory.resolve("certificates");
    CertificateAuthority.writeAll(certificates, List.of("alice", "bob"));
    hasTls = clientAuth != null;
    UUID hubId = new UUID(5, 6);
    store =
        LogStore.open(
                new FileDisk(Files.createDirectories(directory.resolve("data"))),
                LogStoreConfig.of(hubId),
                Clock.systemUTC(),
                UUID::randomUUID)
            .start(bug -> {
              throw new AssertionError(bug);
            });
    FrontAccess access =
        new FrontAccess(
            clientAuth == null ? null : tls(clientAuth),
            mechanisms,
            mechanisms.isEmpty() && clientAuth != null && clientAuth != ClientAuth.NONE,
            anonymous,
            this::usersNow);
    InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    FrontConfig config =
        new FrontConfig(
            listen,
            null,
            hubId.toString(),
            FrontConfig.NODE_ID,
            limits,
            1,
            TopicLimits.DEFAULT,
            true,
            GroupsConfig.of(FrontConfig.NODE_ID),
            quotas);
    front = KafkaFront.start(config, access, store, loops);
  }

  GuardedHub(
      Path directory,
      @Nullable ClientAuth clientAuth,
      Set<SaslMechanism> mechanisms,
      @Nullable Rights anonymous,
      FrontLimits limits)
      throws Exception {
    this(directory, clientAuth, mechanisms, anonymous, limits, List.of());
  }

  GuardedHub(Path directory, @Nullable ClientAuth clientAuth, Set<SaslMechanism> mechanisms)
      throws Exception {
    this(directory, clientAuth, mechanisms, null, FrontLimits.DEFAULT);
  }

  private Users usersNow() {
    beforeUsers.get().run();
    return users.get();
  }

  private SslContext tls(ClientAuth clientAuth) throws IOException {
    return SslContextBuilder.forServer(file("hub.pem").toFile(), file("hub-key.pem").toFile())
        .trustManager(file("ca.pem").toFile())
        .sslProvider(SslProvider.JDK)
        .clientAuth(clientAuth)
        .build();
  }

  Path file(String name) {
    return certificates.resolve(name);
  }

  void topic(String name) throws StoreRefused {
    store.createTopic(new TopicSpec(name, new Layout.Partitions(1), false, TopicLimits.DEFAULT));
  }

  /// A user with {@link #PASSWORD}, in the place of the one of that name.
  void user(String name, String... rights) {
    List<Right> parsed = Arrays.stream(rights).map(Right::parse).toList();
    users.updateAndGet(before -> before.with(new User(name, CREDENTIALS, parsed)));
  }

  String address() {
    return front.address().getAddress().getHostAddress() + ":" + front.address().getPort();
  }

  /// Of a client that says nothing about itself.
  Map<String, Object> nobody() throws IOException {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", address());
    settings.put("security.protocol", hasTls ? "SSL" : "PLAINTEXT");
    settings.put("reconnect.backoff.max.ms", "200");
    if (hasTls) {
      settings.put("ssl.truststore.type", "PEM");
      settings.put("ssl.truststore.certificates", Files.readString(file("ca.pem")));
    }
    return settings;
  }

  /// Of a client that logs in.
  Map<String, Object> as(String user, String password, SaslMechanism mechanism) throws IOException {
    Map<String, Object> settings = nobody();
    settings.put("security.protocol", hasTls ? "SASL_SSL" : "SASL_PLAINTEXT");
    settings.put("sasl.mechanism", mechanism.registeredName());
    settings.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.%sLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(
                mechanism == SaslMechanism.PLAIN ? "plain.Plain" : "scram.Scram", user, password));
    return settings;
  }

  Map<String, Object> as(String user) throws IOException {
    return as(user, PASSWORD, SaslMechanism.SCRAM_SHA_256);
  }

  /// Of a client that shows a certificate.
  Map<String, Object> showing(String name) throws IOException {
    Map<String, Object> settings = nobody();
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.certificate.chain", Files.readString(file(name + ".pem")));
    settings.put("ssl.keystore.key", Files.readString(file(name + "-key.pem")));
    return settings;
  }

  @Override
  public void close() {
    front.close();
    store.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
