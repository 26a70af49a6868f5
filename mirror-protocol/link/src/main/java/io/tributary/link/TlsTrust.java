package io.tributary.link;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// A client's side of a TLS connection on which only the server shows a certificate.
public final class TlsTrust {
  private TlsTrust() {}

  /// A context of the JDK that trusts the certificates of one PEM file alone. Who uses it asks for the check of the server's
  /// name.
  public static SSLContext context(Path ca) throws TlsRefused {
    TrustManager[] trusted = {trustManager(ca)};
    try {
      SSLContext context = SSLContext.getInstance(TlsIdentity.PROTOCOL);
      context.init(null, trusted, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new TlsRefused(ca, "cannot be used for TLS: " + e.getMessage(), e);
    }
  }

  /// Trusts the certificates of one PEM file alone.
  public static TrustManager trustManager(Path ca) throws TlsRefused {
    try {
      return TlsIdentity.trustManager(TlsIdentity.authorities(ca));
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsRefused(ca, "cannot be used for TLS: " + e.getMessage(), e);
    }
  }
}
