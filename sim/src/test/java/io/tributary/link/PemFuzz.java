package io.tributary.link;

import io.tributary.certificates.CertificateAuthority;
import io.tributary.sim.fuzz.FuzzInput;
import io.tributary.sim.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A PEM file: certificates or a key, or a refusal by type.
public final class PemFuzz implements FuzzTarget {
  private final Path file;

  public PemFuzz() {
    try {
      file = Files.createTempFile("fuzz", ".pem");
      file.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void run(byte[] input) throws IOException {
    FuzzInput in = new FuzzInput(input);
    boolean isKey = in.u8() % 2 == 0;
    Files.write(file, in.rest());
    try {
      if (isKey) {
        Pem.privateKey(file);
      } else if (Pem.certificates(file).isEmpty()) {
        throw new AssertionError("no certificate, and no refusal");
      }
    } catch (TlsRefused refused) {
      if (String.valueOf(refused.getMessage()).isEmpty()) {
        throw new AssertionError("a refusal without a word", refused);
      }
    }
  }

  @Override
  public List<byte[]> seeds() throws Exception {
    Path certificate = Files.createTempFile("fuzz", ".pem");
    Path key = Files.createTempFile("fuzz", ".pem");
    try {
      CertificateAuthority.create("fuzz").edge("e").write(certificate, key);
      List<byte[]> seeds = new ArrayList<>();
      seeds.add(with(0, Files.readAllBytes(key)));
      seeds.add(with(1, Files.readAllBytes(certificate)));
      return seeds;
    } finally {
      Files.delete(certificate);
      Files.delete(key);
    }
  }

  private static byte[] with(int first, byte[] pem) {
    byte[] seed = new byte[1 + pem.length];
    seed[0] = (byte) first;
    System.arraycopy(pem, 0, seed, 1, pem.length);
    return seed;
  }
}
