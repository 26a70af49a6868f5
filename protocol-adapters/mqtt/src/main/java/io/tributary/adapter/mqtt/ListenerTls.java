package io.tributary.adapter.mqtt;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/// The TLS of one listener. When its files change they are read again: certificates expire, and nobody restarts an edge for
/// that. A connection that is open keeps what it was shown.
///
/// Event loop only, save for `trouble`. The files are some kilobytes, and are read when they have changed: some milliseconds.
final class ListenerTls {
  private static final System.Logger LOG = System.getLogger(ListenerTls.class.getName());

  /// What devices speak; the newer first.
  private static final String[] PROTOCOLS = {TlsIdentity.PROTOCOL, "TLSv1.2"};

  /// For devices without TLS 1.3: with forward secrecy and authenticated encryption (RFC 9325, section 4.2).
  private static final List<String> SUITES_OF_TLS_1_2 =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private final String key;
  private final ListenerSettings.Tls settings;
  private final Counters counters;

  /// For the handshakes that begin now.
  private SslContext context;

  /// Of the files when they were read last, whether they could be used or not.
  private List<CertificateFiles.Stamp> stamps;

  private volatile String trouble = "";

  /// @param key of the listener in the configuration
  /// @throws SSLException when the certificate cannot be used for TLS
  ListenerTls(String key, ListenerSettings.Tls settings, Counters counters) throws SSLException {
    this.key = key;
    this.settings = settings;
    this.counters = counters;
    this.context = context(settings, settings.loaded().identity());
    this.stamps = settings.loaded().stamps();
  }

  private static SslContext context(ListenerSettings.Tls settings, TlsIdentity identity)
      throws SSLException {
    List<String> suites = new ArrayList<>(TlsIdentity.cipherSuites());
    suites.addAll(SUITES_OF_TLS_1_2);
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
  /// be halfway through a change, or not readable yet.
  void look() {
    List<CertificateFiles.Stamp> now = settings.files().stamps();
    boolean isChanged = !now.equals(stamps);
    if (!isChanged && trouble.isEmpty()) {
      return;
    }
    stamps = now;
    try {
      CertificateFiles.Loaded loaded = settings.files().load();
      context = context(settings, loaded.identity());
      stamps = loaded.stamps();
      trouble = "";
      counters.count(Counter.CERTIFICATES_READ);
    } catch (TlsRefused | SSLException e) {
      String what =
          key + ": " + e.getMessage() + "; until that is mended the certificate is the one before";
      if (isChanged) {
        counters.count(Counter.CERTIFICATES_REFUSED);
      }
      if (!what.equals(trouble)) {
        trouble = what;
        LOG.log(System.Logger.Level.WARNING, what);
      }
    }
  }

  /// Why the files that are there do not count; empty when they do. Any thread.
  String trouble() {
    return trouble;
  }
}
