package io.tributary.front.kafka;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Whose name a client's certificate carries: the first DNS name among its subject alternative names (RFC 5280,
/// section 4.2.1.6), as with edges.
final class CertificateName {
  /// `dNSName` in a GeneralName.
  private static final int SAN_DNS = 2;

  private CertificateName() {}

  /// Null when the client has shown no certificate, or one without such a name.
  static @Nullable String of(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain[0] instanceof X509Certificate own ? dnsName(own) : null;
    } catch (SSLPeerUnverifiedException shownNone) {
      return null;
    }
  }

  private static @Nullable String dnsName(X509Certificate certificate) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return null; // a certificate with broken names has no name
    }
    if (names != null) {
      for (List<?> name : names) {
        if (name.get(0) instanceof Integer kind
            && kind == SAN_DNS
            && name.get(1) instanceof String text) {
          return text;
        }
      }
    }
    return null;
  }
}
