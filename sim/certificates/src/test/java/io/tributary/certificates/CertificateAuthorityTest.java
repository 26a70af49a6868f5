package io.tributary.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SignatureException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CertificateAuthorityTest {
  private final CertificateAuthority authority = CertificateAuthority.create("test CA");

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void anEdgesCertificateDescendsFromTheAuthority(KeyKind kind) throws Exception {
    X509Certificate edge = authority.edge("press-7", kind).certificate();
    CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(edge));
    PKIXParameters trust =
        new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
    trust.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX").validate(path, trust);
    assertEquals(Set.of(List.of(2, "press-7")), Set.copyOf(edge.getSubjectAlternativeNames()));
    assertEquals(-1, edge.getBasicConstraints());
  }

  @Test
  void anotherAuthorityOfTheSameNameDidNotSignIt() {
    X509Certificate edge = authority.edge("press-7").certificate();
    X509Certificate other = CertificateAuthority.create("test CA").certificate();
    assertThrows(SignatureException.class, () -> edge.verify(other.getPublicKey()));
  }

  @Test
  void datesBeyond2050AreKept() {
    Instant from = Instant.parse("1999-12-31T23:59:59Z");
    Instant to = Instant.parse("2051-02-03T04:05:06Z");
    X509Certificate edge = authority.edge("old", KeyKind.EC, from, to).certificate();
    assertEquals(from, edge.getNotBefore().toInstant());
    assertEquals(to, edge.getNotAfter().toInstant());
  }

  @Test
  void writesOneFileForEachNameOfTheConfiguration(@TempDir Path directory) throws Exception {
    CertificateAuthority.writeAll(directory.resolve("tls"), List.of("a", "b"));
    for (String name : List.of("ca", "hub", "hub-key", "a", "a-key", "b", "b-key")) {
      String pem = Files.readString(directory.resolve("tls").resolve(name + ".pem"));
      assertTrue(pem.startsWith("-----BEGIN ") && pem.endsWith("-----\n"), name);
    }
    // Writing again replaces the lot.
    CertificateAuthority.writeAll(directory.resolve("tls"), List.of("a", "b"));
  }
}
