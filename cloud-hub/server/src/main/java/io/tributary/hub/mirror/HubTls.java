package io.tributary.hub.mirror;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.tributary.link.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The hub's half of mutual TLS 1.3: BoringSSL where a build of it runs, the JDK's own elsewhere.
///
/// The JDK's is as fast as BoringSSL once it is compiled, which a hub pays for that takes in a backlog right after its
/// start (`docs/decisions/013`). But BoringSSL takes no certificate with a key of
/// Ed25519 or of a curve beyond 384 bits, and such an edge, not asked for its kind, shows none. Its address is
/// remembered, and when it dials again, as every edge does, it meets the JDK's.
final class HubTls {
  /// The key sizes of curves that BoringSSL accepts by itself.
  private static final int CURVE_BITS_MOST = 384;

  /// Addresses that are remembered; beyond, the oldest is forgotten, and costs its edge one more dial.
  private static final int ADDRESSES_MOST = 4096;

  /// What BoringSSL calls it when a peer showed none.
  private static final String NO_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE";

  private final SslContext jdk;

  /// The one that is tried first; the JDK's itself where there is no other.
  private final SslContext first;

  private final Set<InetAddress> showedNone =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<InetAddress, Boolean> eldest) {
                  return size() > ADDRESSES_MOST;
                }
              }));

  /// @throws IOException when the identity cannot serve
  HubTls(TlsIdentity identity) throws IOException {
    boolean isNative =
        OpenSsl.isAvailable() && isKnownToBoringSsl(identity.certificate().getPublicKey());
    try {
      jdk = context(identity, SslProvider.JDK);
      first = isNative ? context(identity, SslProvider.OPENSSL_REFCNT) : jdk;
    } catch (SSLException e) {
      throw new IOException("the hub's certificate cannot be used for TLS: " + e.getMessage(), e);
    }
  }

  private static SslContext context(TlsIdentity identity, SslProvider provider)
      throws SSLException {
    return SslContextBuilder.forServer(identity.keyManager())
        .trustManager(identity.trustManager())
        .sslProvider(provider)
        .protocols(TlsIdentity.PROTOCOL)
        .ciphers(TlsIdentity.cipherSuites())
        .clientAuth(ClientAuth.REQUIRE)
        .build();
  }

  private static boolean isKnownToBoringSsl(PublicKey key) {
    return key instanceof RSAPublicKey
        || (key instanceof ECPublicKey curve
            && curve.getParams().getOrder().bitLength() <= CURVE_BITS_MOST);
  }

  /// What shakes hands with one edge, and then carries its bytes.
  SslHandler handler(Channel edge) {
    InetAddress from =
        edge.remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    if (from == null || showedNone.contains(from)) { // null: it is gone already
      return jdk.newHandler(edge.alloc());
    }
    SslHandler handler = first.newHandler(edge.alloc());
    handler
        .handshakeFuture()
        .addListener(shaken -> {
          if (showsNoCertificate(shaken.cause())) {
            showedNone.add(from);
          }
        });
    return handler;
  }

  private static boolean showsNoCertificate(@Nullable Throwable failure) {
    return failure != null && String.valueOf(failure.getMessage()).contains(NO_CERTIFICATE);
  }

  /// BoringSSL's words for the two commonest failures are for programmers; these are for operators.
  static String inWords(String problem) {
    if (problem.contains(NO_CERTIFICATE)) {
      return "it showed no certificate, or none of RSA, P-256 or P-384";
    }
    if (problem.contains("WRONG_VERSION_NUMBER") || problem.contains("HTTP_REQUEST")) {
      return "it does not speak TLS";
    }
    return problem;
  }
}
