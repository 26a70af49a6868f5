package io.tributary.adapter.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.adapter.memory.MemoryOutlet;
import io.tributary.certificates.CertificateAuthority;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who comes in: by a token, and over TLS.
class AccessTest {
  private static final String TOKEN = "0123456789abcdef";

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
    Files.writeString(directory.resolve("tokens"), TOKEN + "\n");
  }

  @Test
  void withoutATokenNobodyHearsMoreThanThat() throws IOException {
    try (Bed bed = Bed.of("token-file: " + directory.resolve("tokens"))) {
      HttpResponse<String> none = bed.post("/topics/t", "1");
      bed.assertRefused(401, "Authorization: Bearer TOKEN", none);
      assertEquals("Bearer", none.headers().firstValue("WWW-Authenticate").orElseThrow());
      assertEquals(401, bed.post("/nowhere", "1").statusCode()); // which would list the topics
      assertEquals(401, post(bed, "Bearer " + TOKEN + "0").statusCode());
      assertEquals(200, post(bed, "Bearer " + TOKEN).statusCode());
      RawClient early = bed.raw();
      early.send(RawClient.post("t", "", "Expect: 100-continue\r\n"));
      assertTrue(early.answer().startsWith("401 "));
      assertEquals(4, bed.count("unauthorized"));
      assertEquals(1, bed.values().size());
    }
  }

  private static HttpResponse<String> post(Bed bed, String authorization) {
    return bed.send(
        bed.request("/topics/t")
            .header("Authorization", authorization)
            .POST(HttpRequest.BodyPublishers.ofString("1")));
  }

  @Test
  void withoutTheFileOfTokensItDoesNotStart() {
    HttpSettings settings = Bed.read("topics: {t: {}}\ntoken-file: " + directory.resolve("none"));
    try (MemoryOutlet outlet = MemoryOutlet.empty()) {
      HttpAdapter adapter = new HttpAdapter("web", settings, outlet);
      String text = String.valueOf(assertThrows(IOException.class, adapter::start).getMessage());
      assertTrue(text.contains("is not there: write it"), text);
      adapter.close();
    }
  }

  @Test
  void tlsCarriesRequestsAndShowsNewCertificatesWithoutARestart() throws Exception {
    try (Bed bed = Bed.of("tls: {certificate: %s, key: %s}".formatted(certificate, key));
        HttpClient client = client(trusting())) {
      assertEquals(200, post(client, bed, "[1,2]").statusCode());
      X509Certificate before = shown(client, bed);
      authority.hub().write(certificate, key);
      Bed.eventually(() -> bed.count("certificatesRead") == 1);
      try (HttpClient later = client(trusting())) {
        assertTrue(!before.equals(shown(later, bed)));
      }
      Files.writeString(key, "no key");
      Bed.eventually(() -> bed.count("certificatesRefused") == 1);
      assertTrue(bed.adapter.status().summary().contains("the certificate is the one before"));
      assertEquals(200, post(client, bed, "3").statusCode());
      RawClient plain = bed.raw().send(RawClient.post("t", "1"));
      assertTrue(!plain.answer().startsWith("200"));
      Bed.eventually(() -> bed.count("handshakesFailed") == 1);
      assertEquals(0, bed.count("faults"));
    }
  }

  @Test
  void certificatesOfClientsAreAskedFor() throws Exception {
    String tls =
        "tls: {certificate: %s, key: %s, client-ca: %s}"
            .formatted(certificate, key, directory.resolve("ca.pem"));
    Path own = directory.resolve("device.pem");
    Path ownKey = directory.resolve("device-key.pem");
    authority.edge("device").write(own, ownKey);
    SSLContext known =
        TlsIdentity.load(new TlsFiles(own, ownKey, directory.resolve("ca.pem"))).context();
    try (Bed bed = Bed.of(tls);
        HttpClient stranger = client(trusting());
        HttpClient device = client(known)) {
      assertThrows(IOException.class, () -> post(stranger, bed, "1"));
      assertEquals(200, post(device, bed, "2").statusCode());
      assertEquals(1, bed.values().size());
    }
  }

  private SSLContext trusting() throws Exception {
    authority.edge("nobody").write(directory.resolve("n.pem"), directory.resolve("n-key.pem"));
    SSLContext context = SSLContext.getInstance("TLS");
    TlsIdentity identity =
        TlsIdentity.load(
            new TlsFiles(
                directory.resolve("n.pem"),
                directory.resolve("n-key.pem"),
                directory.resolve("ca.pem")));
    context.init(null, new javax.net.ssl.TrustManager[] {identity.trustManager()}, null);
    return context;
  }

  private static HttpClient client(SSLContext context) {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
  }

  private static HttpResponse<String> post(HttpClient client, Bed bed, String body)
      throws IOException, InterruptedException {
    URI uri = URI.create("https://localhost:" + bed.adapter.port() + "/topics/t");
    return client.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static X509Certificate shown(HttpClient client, Bed bed) throws Exception {
    return (X509Certificate)
        post(client, bed, "0").sslSession().orElseThrow().getPeerCertificates()[0];
  }
}
