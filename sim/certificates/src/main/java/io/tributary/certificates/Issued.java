package io.tributary.certificates;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/// A certificate and its key.
public record Issued(X509Certificate certificate, PrivateKey key) {
  private static final int PEM_LINE = 64;

  /// Writes both as PEM, the key as PKCS#8 and readable by this user only.
  public void write(Path certificateFile, Path keyFile) throws IOException {
    writeCertificate(certificate, certificateFile);
    Files.deleteIfExists(keyFile);
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          keyFile,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()));
  }

  static void writeCertificate(X509Certificate certificate, Path file) throws IOException {
    try {
      Files.writeString(file, pem("CERTIFICATE", certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IOException("certificate cannot be written to " + file, e);
    }
  }

  private static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }
}
