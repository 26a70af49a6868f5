package io.tributary.link;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Reads PEM files (RFC 7468): certificates and PKCS#8 private keys.
final class Pem {
  /// No certificate chain comes near; a log file named by mistake is not read into memory.
  private static final int MAX_FILE_BYTES = 1024 * 1024;

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String PRIVATE_KEY = "PRIVATE KEY";
  private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

  private static final class Block {
    private final String label;
    private final byte[] der;

    Block(String label, byte[] der) {
      this.label = label;
      this.der = der;
    }
  }

  private Pem() {}

  /// All certificates of a file, in its order; at least one.
  static List<X509Certificate> certificates(Path file) throws TlsRefused {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(file)) {
      if (!block.label.equals(CERTIFICATE)) {
        continue; // a key may stand in the same file
      }
      int number = certificates.size() + 1;
      try {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der)));
      } catch (CertificateException e) {
        throw new TlsRefused(
            file, "certificate " + number + " does not parse: " + e.getMessage(), e);
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsRefused(file, "holds no -----BEGIN CERTIFICATE-----", null);
    }
    return certificates;
  }

  /// The one private key of a file.
  static PrivateKey privateKey(Path file) throws TlsRefused {
    PrivateKey key = null;
    for (Block block : blocks(file)) {
      switch (block.label) {
        case PRIVATE_KEY -> {
          if (key != null) {
            throw new TlsRefused(file, "holds more than one private key", null);
          }
          key = decodeKey(file, block.der);
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new TlsRefused(
                file,
                "the private key is encrypted; write it plain, readable by this user only: "
                    + toPkcs8(file),
                null);
        case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
            throw new TlsRefused(
                file,
                "the private key is in the old form '"
                    + block.label
                    + "'; write it as PKCS#8: "
                    + toPkcs8(file),
                null);
        default -> {} // certificates, parameters: not ours to read here
      }
    }
    if (key == null) {
      throw new TlsRefused(file, "holds no -----BEGIN PRIVATE KEY-----", null);
    }
    return key;
  }

  private static String toPkcs8(Path file) {
    return "openssl pkcs8 -topk8 -nocrypt -in " + file + " -out NEW-FILE";
  }

  private static PrivateKey decodeKey(Path file, byte[] der) throws TlsRefused {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // another algorithm's key, or none's: the loop tells
      } catch (GeneralSecurityException e) {
        throw new TlsRefused(file, "this Java has no " + algorithm + " keys", e);
      }
    }
    throw new TlsRefused(
        file, "the private key does not parse as PKCS#8 of RSA, EC or Ed25519", null);
  }

  private static List<Block> blocks(Path file) throws TlsRefused {
    List<Block> blocks = new ArrayList<>();
    String label = null;
    StringBuilder base64 = new StringBuilder();
    for (String line : read(file).lines().toList()) {
      String text = line.strip();
      if (label == null) {
        if (text.startsWith("-----BEGIN ") && text.endsWith("-----")) {
          label = text.substring("-----BEGIN ".length(), text.length() - "-----".length());
          base64.setLength(0);
        }
      } else if (text.startsWith("-----END ")) {
        if (!text.equals("-----END " + label + "-----")) {
          throw new TlsRefused(file, "'" + text + "' ends a block '" + label + "'", null);
        }
        try {
          blocks.add(new Block(label, Base64.getDecoder().decode(base64.toString())));
        } catch (IllegalArgumentException e) {
          throw new TlsRefused(file, "block '" + label + "' is not base64", e);
        }
        label = null;
      } else if (text.indexOf(':') < 0) { // headers of encrypted keys: the label decides
        base64.append(text);
      }
    }
    if (label != null) {
      throw new TlsRefused(file, "is cut short: block '" + label + "' has no end", null);
    }
    return blocks;
  }

  private static String read(Path file) throws TlsRefused {
    try {
      if (Files.isRegularFile(file) && Files.size(file) > MAX_FILE_BYTES) {
        throw new TlsRefused(file, "is larger than 1 MiB: not a PEM file", null);
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new TlsRefused(file, "does not exist", e);
    } catch (AccessDeniedException e) {
      throw new TlsRefused(file, "may not be read by this user", e);
    } catch (CharacterCodingException e) {
      throw new TlsRefused(file, "is not text; convert it from DER to PEM", e);
    } catch (IOException e) {
      throw new TlsRefused(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
