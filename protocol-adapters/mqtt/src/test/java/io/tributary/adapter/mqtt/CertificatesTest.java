package io.tributary.adapter.mqtt;

import static io.tributary.adapter.mqtt.RawClient.ACCEPTED;
import static io.tributary.adapter.mqtt.RawClient.connect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certificates.CertificateAuthority;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The certificates of a listener, which change while clients come and go, and those of its clients.
class CertificatesTest {
  private final CertificateAuthority authority = CertificateAuthority.create("works");

  @TempDir Path directory;
  private Path certificate;
  private Path key;

  @BeforeEach
  void makeCertificates() throws IOException {
    certificate = directory.resolve("edge.pem");
    key = directory.resolve("edge-key.pem");
    authority.write(directory.resolve("ca.pem"));
    authority.hub().write(certificate, key);
  }

  @Test
  void aNewCertificateIsShownWithoutARestart() throws Exception {
    try (Bed bed = Bed.of(listener(""));
        RawClient early = new RawClient(dial(bed))) {
      early.send(connect(4, "early", true, ""));
      early.expect(ACCEPTED);
      BigInteger before = shown(bed);
      authority.hub().write(certificate, key);
      Bed.eventually("it is shown", () -> !shown(bed).equals(before));
      assertTrue(bed.count(Counter.CERTIFICATES_READ) > 0);
      early.expectNothingButPong(); // whoever was there stays
      try (RawClient late = new RawClient(dial(bed))) {
        late.send(connect(4, "late", true, ""));
        late.expect(ACCEPTED);
      }
      assertEquals(0, bed.count(Counter.FAULTS));
    }
  }

  @Test
  void filesThatCannotBeUsedChangeNothingAndAreSaid() throws Exception {
    Path otherKey = directory.resolve("other-key.pem");
    authority.hub().write(directory.resolve("other.pem"), otherKey);
    try (Bed bed = Bed.of(listener(""))) {
      BigInteger before = shown(bed);
      String whole = Files.readString(key);
      replaceKey(whole.substring(0, whole.length() / 2));
      Bed.eventually("half a file is counted", () -> bed.count(Counter.CERTIFICATES_REFUSED) == 1);
      assertSaid(bed, key.toString());
      assertEquals(before, shown(bed));

      replaceKey(Files.readString(otherKey));
      Bed.eventually(
          "another's key is counted", () -> bed.count(Counter.CERTIFICATES_REFUSED) == 2);
      assertSaid(bed, "is not the key of the certificate");
      assertEquals(before, shown(bed));

      Files.delete(key);
      Bed.eventually("no file is counted", () -> bed.count(Counter.CERTIFICATES_REFUSED) == 3);
      assertEquals(before, shown(bed));
      assertEquals(0, bed.count(Counter.CERTIFICATES_READ));

      authority.hub().write(certificate, key);
      Bed.eventually("a good pair counts", () -> !shown(bed).equals(before));
      Bed.eventually("nothing is wrong any more", () -> !summary(bed).contains("the one before"));
      assertEquals(0, bed.count(Counter.FAULTS));
    }
  }

  @Test
  void aNameThatIsTooLongForTheDiskIsRefused() throws Exception {
    String more = ", client-ca: " + directory.resolve("ca.pem") + ", user-from-certificate: true";
    try (Bed bed = Bed.of(listener(more))) {
      for (int length : new int[] {Bounds.USER_BYTES, Bounds.USER_BYTES + 1}) {
        Path own = directory.resolve("own.pem");
        Path ownKey = directory.resolve("own-key.pem");
        authority.edge("x".repeat(length)).write(own, ownKey);
        TlsFiles files = new TlsFiles(own, ownKey, directory.resolve("ca.pem"));
        try (RawClient client = new RawClient(dial(bed, TlsIdentity.load(files).context()))) {
          client.send(connect(5, "a", false, "1100000e10"));
          if (length == Bounds.USER_BYTES) {
            client.expectWelcome(false);
          } else {
            client.expectRefusal(Reason.NOT_AUTHORIZED);
          }
        }
      }
      assertEquals(1, bed.endpoint.server().sessions().count());
    }
  }

  /// At once, so that nobody sees a third state of it.
  private void replaceKey(String text) throws IOException {
    Path next = directory.resolve("next");
    Files.writeString(next, text);
    Files.move(next, key, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void assertSaid(Bed bed, String text) {
    Bed.eventually(
        "status says '" + text + "'",
        () -> summary(bed).contains("listeners[0]") && summary(bed).contains(text));
  }

  private static String summary(Bed bed) {
    return bed.endpoint.status().summary();
  }

  private String listener(String more) {
    return "listeners: [{address: '127.0.0.1:0', tls: {certificate: "
        + certificate
        + ", key: "
        + key
        + more
        + "}}]\n";
  }

  private SSLSocket dial(Bed bed) throws Exception {
    return dial(bed, TlsTrust.context(directory.resolve("ca.pem"))); // resumes nothing
  }

  private static SSLSocket dial(Bed bed, SSLContext context) throws IOException {
    int port = bed.endpoint.addresses().get(1).getPort();
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout((int) Bed.PATIENCE.toMillis());
    return socket;
  }

  /// The number of the certificate that a client is shown now.
  private BigInteger shown(Bed bed) {
    try (SSLSocket socket = dial(bed)) {
      socket.startHandshake();
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSerialNumber();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
