package io.tributary.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// One side of a mutual TLS 1.3 connection, loaded from its PEM files and checked: the key belongs
/// to the certificate, and all of them parse. Used by the edge and by the hub.
public final class TlsIdentity {
  /// The only version spoken.
  public static final String PROTOCOL = "TLSv1.3";

  /// In the order of our preference: the shortest key first, since all of them are strong enough
  /// and it is the fastest where the processor knows AES.
  private static final List<String> CIPHER_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private static final int SAN_DNS = 2;

  private final X509Certificate certificate;
  private final KeyManager keyManager;
  private final TrustManager trustManager;
  private final SSLContext context;

  private TlsIdentity(
      X509Certificate certificate,
      KeyManager keyManager,
      TrustManager trustManager,
      SSLContext context) {
    this.certificate = certificate;
    this.keyManager = keyManager;
    this.trustManager = trustManager;
    this.context = context;
  }

  /// Reads and checks the files; the error names the file and what is wrong with it. Dates are not
  /// checked here: a device without a clock battery starts in 1970 and must start all the same.
  public static TlsIdentity load(TlsFiles files) throws TlsRefused {
    return of(files.certificate(), files.key(), authorities(files.ca()));
  }

  static List<X509Certificate> authorities(Path ca) throws TlsRefused {
    List<X509Certificate> authorities = Pem.certificates(ca);
    for (X509Certificate authority : authorities) {
      if (authority.getBasicConstraints() < 0) {
        throw new TlsRefused(
            ca, "'" + subject(authority) + "' is not the certificate of a CA", null);
      }
    }
    return authorities;
  }

  /// As {@link #load}, for a server that asks nobody for a certificate: it trusts none.
  public static TlsIdentity loadWithoutCa(Path certificate, Path key) throws TlsRefused {
    return of(certificate, key, List.of());
  }

  private static TlsIdentity of(Path certificate, Path keyFile, List<X509Certificate> authorities)
      throws TlsRefused {
    List<X509Certificate> chain = Pem.certificates(certificate);
    PrivateKey key = Pem.privateKey(keyFile);
    X509Certificate own = chain.get(0);
    if (!belongTogether(key, own.getPublicKey())) {
      throw new TlsRefused(
          keyFile,
          "is not the key of the certificate in " + certificate + " (" + subject(own) + ")",
          null);
    }
    KeyManager keyManager = new OneIdentity(chain, key);
    try {
      TrustManager trustManager = trustManager(authorities);
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(new KeyManager[] {keyManager}, new TrustManager[] {trustManager}, null);
      return new TlsIdentity(own, keyManager, trustManager, context);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsRefused(certificate, "cannot be used for TLS: " + e.getMessage(), e);
    }
  }

  /// This side's certificate.
  public X509Certificate certificate() {
    return certificate;
  }

  /// Presents this certificate.
  public KeyManager keyManager() {
    return keyManager;
  }

  /// Trusts the CA file alone.
  public TrustManager trustManager() {
    return trustManager;
  }

  /// A context of the JDK with both of them. It remembers the sessions, so that they can be resumed.
  public SSLContext context() {
    return context;
  }

  /// The cipher suites to enable, in order of preference.
  public static List<String> cipherSuites() {
    return CIPHER_SUITES;
  }

  /// The DNS names among a certificate's subject alternative names: an edge's certificate carries
  /// its edge id there (RFC 5280, section 4.2.1.6).
  public static List<String> dnsNames(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.get(0) instanceof Integer kind
              && kind == SAN_DNS
              && alternative.get(1) instanceof String name) {
            names.add(name);
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of(); // a certificate with broken names has no name
    }
    return names;
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  static TrustManager trustManager(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (int i = 0; i < authorities.size(); i++) {
      trusted.setCertificateEntry("ca-" + i, authorities.get(i));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    return trust.getTrustManagers()[0];
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    byte[] probe = "tributary".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(probe);
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(publicKey);
      verifier.update(probe);
      return verifier.verify(signer.sign());
    } catch (GeneralSecurityException e) {
      return false; // keys of two algorithms
    }
  }
}
