package io.tributary.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A certificate authority that lives in memory and issues throw-away certificates (RFC 5280). Its
/// own key is EC and is never written down.
public final class CertificateAuthority {
  /// Valid from an hour ago, so that two clocks may differ a little.
  private static final Duration BACKDATED = Duration.ofHours(1);

  private static final Duration VALID = Duration.ofDays(30);

  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final int SAN_DNS = 2;
  private static final int SAN_IP = 7;
  private static final int SERIAL_BITS = 120;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String name;
  private final PublicKey publicKey;
  private final PrivateKey key;
  private final X509Certificate certificate;

  private CertificateAuthority(String name, KeyPair pair) throws GeneralSecurityException {
    this.name = name;
    this.publicKey = pair.getPublic();
    this.key = pair.getPrivate();
    Instant now = Instant.now();
    List<byte[]> extensions = new ArrayList<>();
    extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes())));
    // keyCertSign and cRLSign: bits 5 and 6
    extensions.add(extension(KEY_USAGE, true, Der.bits(1, (byte) 0x06)));
    extensions.add(keyIdentifier(publicKey));
    this.certificate = sign(name, publicKey, now.minus(BACKDATED), now.plus(VALID), extensions);
  }

  /// A new authority with a new key.
  public static CertificateAuthority create(String name) {
    try {
      return new CertificateAuthority(name, KeyKind.EC.generate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make certificates", e);
    }
  }

  /// Writes everything that a hub and these edges need into a directory, which it creates:
  /// `ca.pem`, `hub.pem`, `hub-key.pem`, and `ID.pem`, `ID-key.pem` for each edge.
  public static void writeAll(Path directory, Collection<String> edgeIds) throws IOException {
    Files.createDirectories(directory);
    CertificateAuthority authority = create("throw-away CA");
    authority.write(directory.resolve("ca.pem"));
    authority.hub().write(directory.resolve("hub.pem"), directory.resolve("hub-key.pem"));
    for (String edgeId : edgeIds) {
      authority
          .edge(edgeId)
          .write(directory.resolve(edgeId + ".pem"), directory.resolve(edgeId + "-key.pem"));
    }
  }

  /// Writes the authority's own certificate.
  public void write(Path file) throws IOException {
    Issued.writeCertificate(certificate, file);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /// A hub's certificate for this machine alone: localhost, 127.0.0.1 and ::1.
  public Issued hub() {
    return hub(List.of("localhost"), List.of("127.0.0.1", "::1"), KeyKind.EC);
  }

  /// A hub's certificate for these names and literal addresses.
  public Issued hub(List<String> dnsNames, List<String> addresses, KeyKind kind) {
    Instant now = Instant.now();
    return issue("hub", dnsNames, addresses, kind, now.minus(BACKDATED), now.plus(VALID));
  }

  /// An edge's certificate: its id is the subject alternative name.
  public Issued edge(String edgeId) {
    return edge(edgeId, KeyKind.EC);
  }

  public Issued edge(String edgeId, KeyKind kind) {
    Instant now = Instant.now();
    return edge(edgeId, kind, now.minus(BACKDATED), now.plus(VALID));
  }

  /// The same, valid within the given time only.
  public Issued edge(String edgeId, KeyKind kind, Instant from, Instant to) {
    return issue(edgeId, List.of(edgeId), List.of(), kind, from, to);
  }

  private Issued issue(
      String subject,
      List<String> dnsNames,
      List<String> addresses,
      KeyKind kind,
      Instant from,
      Instant to) {
    try {
      KeyPair pair = kind.generate();
      List<byte[]> names = new ArrayList<>();
      for (String dnsName : dnsNames) {
        names.add(Der.tagged(SAN_DNS, dnsName.getBytes(StandardCharsets.US_ASCII)));
      }
      for (String address : addresses) {
        names.add(Der.tagged(SAN_IP, InetAddress.getByName(address).getAddress()));
      }
      List<byte[]> extensions = new ArrayList<>();
      extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
      // digitalSignature: bit 0
      extensions.add(extension(KEY_USAGE, true, Der.bits(7, (byte) 0x80)));
      extensions.add(
          extension(
              EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(SERVER_AUTH), Der.oid(CLIENT_AUTH))));
      extensions.add(
          extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(names.toArray(new byte[0][]))));
      extensions.add(keyIdentifier(pair.getPublic()));
      extensions.add(
          extension(
              AUTHORITY_KEY_IDENTIFIER, false, Der.sequence(Der.tagged(0, digest(publicKey)))));
      return new Issued(sign(subject, pair.getPublic(), from, to, extensions), pair.getPrivate());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot issue a certificate for " + subject, e);
    }
  }

  private X509Certificate sign(
      String subject, PublicKey subjectKey, Instant from, Instant to, List<byte[]> extensions)
      throws GeneralSecurityException {
    byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
    byte[] toBeSigned =
        Der.sequence(
            Der.wrapped(0, Der.integer(BigInteger.TWO)), // version 3
            Der.integer(new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE)),
            algorithm,
            distinguishedName(name),
            Der.sequence(Der.time(from), Der.time(to)),
            distinguishedName(subject),
            subjectKey.getEncoded(), // SubjectPublicKeyInfo
            Der.wrapped(3, Der.sequence(extensions.toArray(new byte[0][]))));
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key, RANDOM);
    signer.update(toBeSigned);
    byte[] whole = Der.sequence(toBeSigned, algorithm, Der.bits(0, signer.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  private static byte[] distinguishedName(String commonName) {
    return Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(commonName))));
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value))
        : Der.sequence(Der.oid(oid), Der.octets(value));
  }

  private static byte[] keyIdentifier(PublicKey key) throws GeneralSecurityException {
    return extension(SUBJECT_KEY_IDENTIFIER, false, Der.octets(digest(key)));
  }

  private static byte[] digest(PublicKey key) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
  }
}
