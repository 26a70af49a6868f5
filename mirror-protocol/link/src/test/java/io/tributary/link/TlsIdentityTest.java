package io.tributary.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certificates.CertificateAuthority;
import io.tributary.certificates.KeyKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TlsIdentityTest {
  @TempDir private Path directory;
  private final CertificateAuthority authority = CertificateAuthority.create("test CA");
  private TlsFiles files;

  TlsIdentityTest() {
    files = new TlsFiles(Path.of(""), Path.of(""), Path.of(""));
  }

  @BeforeEach
  void writeFiles() throws Exception {
    files =
        new TlsFiles(
            directory.resolve("edge.pem"),
            directory.resolve("edge-key.pem"),
            directory.resolve("ca.pem"));
    authority.edge("press-7").write(files.certificate(), files.key());
    authority.write(files.ca());
  }

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void loadsEveryKindOfKey(KeyKind kind) throws Exception {
    authority.edge("press-7", kind).write(files.certificate(), files.key());
    TlsIdentity identity = TlsIdentity.load(files);
    assertEquals(List.of("press-7"), TlsIdentity.dnsNames(identity.certificate()));
  }

  @Test
  void loadsAChainAndAKeyInTheSameFile() throws Exception {
    Path one = directory.resolve("all.pem");
    Files.writeString(
        one,
        "a comment\n"
            + Files.readString(files.key())
            + Files.readString(files.certificate())
            + Files.readString(files.ca()));
    TlsIdentity identity = TlsIdentity.load(new TlsFiles(one, one, files.ca()));
    assertEquals(List.of("press-7"), TlsIdentity.dnsNames(identity.certificate()));
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    Files.delete(files.ca());
    assertProblem(files.ca(), "does not exist");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    authority.edge("other").write(directory.resolve("other.pem"), files.key());
    assertProblem(files.key(), "is not the key of the certificate in " + files.certificate());
    authority.edge("other", KeyKind.RSA).write(directory.resolve("other.pem"), files.key());
    assertProblem(files.key(), "is not the key of the certificate in " + files.certificate());
  }

  @Test
  void anOldKeyFormIsRefusedWithTheCommandThatConvertsIt() throws Exception {
    rename(files.key(), "PRIVATE KEY", "RSA PRIVATE KEY");
    assertProblem(files.key(), "openssl pkcs8 -topk8 -nocrypt -in " + files.key());
  }

  @Test
  void anEncryptedKeyIsRefused() throws Exception {
    rename(files.key(), "PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assertProblem(files.key(), "encrypted");
  }

  @Test
  void swappedFilesAreRefused() throws Exception {
    Path certificate = files.certificate();
    Path key = files.key();
    files = new TlsFiles(key, certificate, files.ca());
    assertProblem(key, "holds no -----BEGIN CERTIFICATE-----");
    files = new TlsFiles(certificate, certificate, files.ca());
    assertProblem(certificate, "holds no -----BEGIN PRIVATE KEY-----");
  }

  @Test
  void anEdgesCertificateIsNoAuthority() throws Exception {
    files = new TlsFiles(files.certificate(), files.key(), files.certificate());
    assertProblem(files.ca(), "is not the certificate of a CA");
  }

  @Test
  void aFileThatIsCutShortIsRefused() throws Exception {
    String whole = Files.readString(files.certificate());
    Files.writeString(files.certificate(), whole.substring(0, whole.length() / 2));
    assertProblem(files.certificate(), "is cut short");
  }

  @Test
  void aDamagedCertificateIsRefused() throws Exception {
    String whole = Files.readString(files.certificate());
    Files.writeString(files.certificate(), whole.replaceFirst("\nM", "\n!"));
    assertProblem(files.certificate(), "is not base64");
    Files.writeString(files.certificate(), whole.replaceFirst("\nMII", "\nAAA"));
    assertProblem(files.certificate(), "certificate 1 does not parse");
  }

  @Test
  void aBinaryFileIsRefused() throws Exception {
    Files.write(files.certificate(), new byte[] {0x30, (byte) 0x82, (byte) 0xFF, (byte) 0xFE});
    assertProblem(files.certificate(), "is not text");
  }

  private static void rename(Path file, String from, String to) throws Exception {
    Files.writeString(file, Files.readString(file).replace(from, to));
  }

  private void assertProblem(Path file, String problem) {
    TlsRefused refused = assertThrows(TlsRefused.class, () -> TlsIdentity.load(files));
    assertEquals(file, refused.file());
    String text = String.valueOf(refused.getMessage());
    assertTrue(text.startsWith(file.toString()) && text.contains(problem), text);
  }
}
