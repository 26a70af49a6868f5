package io.tributary.adapter.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.tributary.adapter.Counts;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/// The TLS of the listener. When its files change they are read again: certificates expire, and nobody restarts an edge for that.
/// A connection that is open keeps what it was shown. Event loop only, save for `trouble`.
final class Tls {
  private static final String[] PROTOCOLS = {TlsIdentity.PROTOCOL, "TLSv1.2"};

  /// For clients without TLS 1.3: with forward secrecy and authenticated encryption (RFC 9325, section 4.2).
  private static final List<String> OLDER_SUITES =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final TlsSettings settings;
  private final Counts<Counter> counts;

  /// For the handshakes that begin now.
  private SslContext context;

  /// Of the files when they were read last, whether they could be used or not.
  private List<String> stamps;

  private long lookedNanos;
  private volatile String trouble = "";

  /// @throws IOException when the certificate cannot be used
  Tls(TlsSettings settings, Counts<Counter> counts, long nowNanos) throws IOException {
    this.settings = settings;
    this.counts = counts;
    this.context = context(settings.first().identity());
    this.stamps = settings.first().stamps();
    this.lookedNanos = nowNanos;
  }

  private SslContext context(TlsIdentity identity) throws SSLException {
    List<String> suites = new ArrayList<>(TlsIdentity.cipherSuites());
    suites.addAll(OLDER_SUITES);
    return SslContextBuilder.forServer(identity.keyManager())
        .trustManager(identity.trustManager())
        .sslProvider(SslProvider.JDK)
        .protocols(PROTOCOLS)
        .ciphers(suites)
        .clientAuth(settings.clientAuth())
        .build();
  }

  /// What shakes hands with one client, and then carries its bytes.
  SslHandler handler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }

  /// Reads the files again when they have changed. Files that cannot be used leave what was there, and are tried again: they may
  /// be halfway through a change.
  void look(long nowNanos) {
    if (nowNanos - lookedNanos < Bounds.CERTIFICATES.toNanos()) {
      return;
    }
    lookedNanos = nowNanos;
    List<String> now = settings.stamps();
    boolean isChanged = !now.equals(stamps);
    if (!isChanged && trouble.isEmpty()) {
      return;
    }
    stamps = now;
    try {
      TlsSettings.Loaded loaded = settings.load();
      context = context(loaded.identity());
      stamps = loaded.stamps();
      trouble = "";
      counts.count(Counter.CERTIFICATES_READ);
    } catch (TlsRefused | SSLException e) {
      trouble =
          "tls: " + e.getMessage() + "; until that is mended the certificate is the one before";
      if (isChanged) {
        counts.count(Counter.CERTIFICATES_REFUSED, trouble);
      }
    }
  }

  /// Why the files that are there do not count; empty when they do. Any thread.
  String trouble() {
    return trouble;
  }
}
