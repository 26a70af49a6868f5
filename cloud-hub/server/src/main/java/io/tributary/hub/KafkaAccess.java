package io.tributary.hub;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.tributary.front.kafka.FrontAccess;
import io.tributary.front.kafka.access.Right;
import io.tributary.front.kafka.access.Rights;
import io.tributary.front.kafka.access.SaslMechanism;
import io.tributary.front.kafka.access.Users;
import io.tributary.hub.mirror.MirrorConfig;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import io.tributary.settings.Section;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What the section `kafka` says of who Kafka clients are, checked.
///
/// @param tls null: plain TCP
/// @param clientAuth whether clients show certificates
/// @param sasl the mechanisms that are offered
/// @param anonymous what those may do who are nobody; null: nothing
record KafkaAccess(
    @Nullable TlsIdentity tls,
    ClientAuth clientAuth,
    Set<SaslMechanism> sasl,
    @Nullable Rights anonymous) {

  /// What Kafka's clients speak by default.
  private static final String[] PROTOCOLS = {TlsIdentity.PROTOCOL, "TLSv1.2"};

  /// For clients without TLS 1.3: with forward secrecy and authenticated encryption (RFC 9325, section 4.2).
  private static final List<String> SUITES_OF_TLS_1_2 =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

  /// The key sizes of curves that BoringSSL accepts by itself.
  private static final int CURVE_BITS_MOST = 384;

  /// The values of `client-auth`.
  private enum Asked {
    NONE(ClientAuth.NONE),
    OPTIONAL(ClientAuth.OPTIONAL),
    REQUIRED(ClientAuth.REQUIRE);

    private final ClientAuth auth;

    Asked(ClientAuth auth) {
      this.auth = auth;
    }
  }

  KafkaAccess {
    sasl = Set.copyOf(sasl);
  }

  /// Reads it. What is wrong is noted in the section.
  static KafkaAccess of(Section kafka, InetSocketAddress listen) {
    boolean insecure = kafka.bool("insecure", false);
    boolean hasTls = kafka.has("tls");
    TlsIdentity tls = null;
    ClientAuth clientAuth = ClientAuth.NONE;
    if (hasTls) {
      Section section = kafka.section("tls");
      tls = identity(section);
      clientAuth = clientAuth(section);
    }
    Set<SaslMechanism> sasl = sasl(kafka);
    boolean isAsked = !sasl.isEmpty() || clientAuth != ClientAuth.NONE;
    boolean isNear = MirrorConfig.isLoopback(listen) || insecure;
    Rights anonymous = anonymous(kafka, !isAsked && isNear);
    if (!isAsked && !isNear && !kafka.has("anonymous")) {
      kafka.refuse(
          "listen",
          "is not a loopback address, and nobody is asked who they are; let clients log in"
              + " ('sasl: [SCRAM-SHA-512]') or show certificates ('tls.ca'), say what anybody may do"
              + " ('anonymous: [read:TOPIC]'), or say 'insecure: true' (--insecure)"
              + " to let everybody do everything");
      anonymous = Rights.NONE;
    }
    if (sasl.contains(SaslMechanism.PLAIN) && !hasTls && !isNear) {
      kafka.refuse(
          "sasl",
          "has PLAIN, which sends passwords readable by anyone on the way: add 'tls', leave PLAIN out,"
              + " or say 'insecure: true'");
    }
    if (sasl.isEmpty() && clientAuth == ClientAuth.OPTIONAL && anonymous == null) {
      kafka
          .section("tls")
          .refuse(
              "client-auth",
              "is optional, and who shows no certificate may do nothing: say 'required', or what"
                  + " 'anonymous' may do");
    }
    return new KafkaAccess(
        tls, clientAuth, sasl, anonymous == null && !isAsked ? Rights.NONE : anonymous);
  }

  private static @Nullable TlsIdentity identity(Section tls) {
    Path certificate = tls.path("certificate");
    Path key = tls.path("key");
    Path ca = tls.pathOrNull("ca");
    if (!tls.has("certificate") || !tls.has("key")) {
      return null; // noted
    }
    try {
      return ca == null
          ? TlsIdentity.loadWithoutCa(certificate, key)
          : TlsIdentity.load(new TlsFiles(certificate, key, ca));
    } catch (TlsRefused e) {
      String at = e.file().equals(ca) ? "ca" : e.file().equals(key) ? "key" : "certificate";
      tls.refuse(at, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static ClientAuth clientAuth(Section tls) {
    boolean hasCa = tls.has("ca");
    Asked asked = tls.oneOf("client-auth", Asked.class, hasCa ? Asked.REQUIRED : Asked.NONE);
    if (asked != Asked.NONE && !hasCa) {
      tls.refuse("client-auth", "needs 'ca': the certificates that those of clients descend from");
    }
    return asked.auth;
  }

  private static Set<SaslMechanism> sasl(Section kafka) {
    Set<SaslMechanism> mechanisms = EnumSet.noneOf(SaslMechanism.class);
    for (String name : kafka.strings("sasl")) {
      SaslMechanism mechanism = SaslMechanism.named(name);
      if (mechanism == null) {
        kafka.refuse("sasl", "has '" + name + "' but must be of " + SaslMechanism.ALLOWED);
      } else {
        mechanisms.add(mechanism);
      }
    }
    if (kafka.has("sasl") && kafka.strings("sasl").isEmpty()) {
      kafka.refuse("sasl", "names no mechanism; it must be of " + SaslMechanism.ALLOWED);
    }
    return mechanisms;
  }

  /// @param mayAll whether everybody may do everything where the key is not written
  private static @Nullable Rights anonymous(Section kafka, boolean mayAll) {
    if (!kafka.has("anonymous")) {
      return mayAll ? Rights.ALL : null;
    }
    List<Right> rights = new ArrayList<>();
    for (String text : kafka.strings("anonymous")) {
      try {
        rights.add(Right.parse(text));
      } catch (IllegalArgumentException e) {
        kafka.refuse("anonymous", String.valueOf(e.getMessage()));
      }
    }
    return rights.isEmpty() ? null : Rights.of(rights);
  }

  /// Whether anybody may do everything.
  boolean isOpen() {
    Rights nobody = anonymous;
    return nobody != null && nobody.mayAdminister();
  }

  /// For the front.
  ///
  /// @throws IOException when the certificate cannot serve
  FrontAccess front(Supplier<Users> users) throws IOException {
    TlsIdentity identity = tls;
    boolean isNamedByCertificate = sasl.isEmpty() && clientAuth != ClientAuth.NONE;
    return new FrontAccess(
        identity == null ? null : context(identity), sasl, isNamedByCertificate, anonymous, users);
  }

  private SslContext context(TlsIdentity identity) throws IOException {
    List<String> suites = new ArrayList<>(TlsIdentity.cipherSuites());
    suites.addAll(SUITES_OF_TLS_1_2);
    try {
      return SslContextBuilder.forServer(identity.keyManager())
          .trustManager(identity.trustManager())
          .sslProvider(provider(identity))
          .protocols(PROTOCOLS)
          .ciphers(suites)
          .clientAuth(clientAuth)
          .build();
    } catch (SSLException e) {
      throw new IOException(
          "the certificate of kafka.tls cannot be used for TLS: " + e.getMessage(), e);
    }
  }

  /// BoringSSL is the quicker one under the hub's JVM flags (`docs/decisions/013`); but it takes no certificate of Ed25519 or
  /// of a long curve, and where clients show theirs nobody knows which.
  private SslProvider provider(TlsIdentity identity) {
    boolean isKnown =
        switch (identity.certificate().getPublicKey()) {
          case RSAPublicKey rsa -> true;
          case ECPublicKey curve -> curve.getParams().getOrder().bitLength() <= CURVE_BITS_MOST;
          default -> false;
        };
    return isKnown && clientAuth == ClientAuth.NONE && OpenSsl.isAvailable()
        ? SslProvider.OPENSSL_REFCNT
        : SslProvider.JDK;
  }
}
