package io.tributary.front.kafka.access;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.scram.internals.ScramCredentialUtils;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;

/// What the hub keeps of a user's password: for each hash a salt, two keys derived from the password, and how many rounds
/// that took (RFC 5802, section 3). Whoever steals them has to guess the password, each guess at the price of those rounds.
///
/// @param sha256 `salt=…,stored_key=…,server_key=…,iterations=…` in base64, as Kafka writes it
/// @param sha512 likewise
public record Credentials(String sha256, String sha512) {
  /// The most that Kafka's own tools allow.
  static final int ITERATIONS = 16_384;

  /// What SCRAM demands at least (RFC 7677, section 4).
  private static final int ITERATIONS_LEAST = 4_096;

  public static final int PASSWORD_CHARS_MOST = 256;

  private static final int SALT_BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String DECOY_MAC = "HmacSHA512";

  public Credentials {
    check(sha256);
    check(sha512);
  }

  private static void check(String text) {
    ScramCredential credential = ScramCredentialUtils.credentialFromString(text);
    if (credential.iterations() < ITERATIONS_LEAST) {
      throw new IllegalArgumentException("fewer than " + ITERATIONS_LEAST + " iterations");
    }
  }

  /// Of a new password, with new salts.
  ///
  /// @throws IllegalArgumentException when it is empty or too long
  public static Credentials of(String password) {
    if (password.isEmpty() || password.length() > PASSWORD_CHARS_MOST) {
      throw new IllegalArgumentException(
          "a password has 1 to " + PASSWORD_CHARS_MOST + " characters");
    }
    return new Credentials(
        derived(ScramMechanism.SCRAM_SHA_256, password),
        derived(ScramMechanism.SCRAM_SHA_512, password));
  }

  private static String derived(ScramMechanism mechanism, String password) {
    ScramFormatter formatter = formatter(mechanism);
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    byte[] salted = salted(mechanism, password.toCharArray(), salt, ITERATIONS);
    return ScramCredentialUtils.credentialToString(
        formatter.generateCredential(salt, salted, ITERATIONS));
  }

  /// Of nobody: an exchange with them goes as any other and always fails, so that a guesser does not learn which users there
  /// are. The same user gets the same ones as long as `secret` lives.
  ///
  /// @param secret random, never shown
  public static Credentials decoy(String user, byte[] secret) {
    return new Credentials(
        decoy(user, secret, ScramMechanism.SCRAM_SHA_256),
        decoy(user, secret, ScramMechanism.SCRAM_SHA_512));
  }

  private static String decoy(String user, byte[] secret, ScramMechanism mechanism) {
    ScramFormatter formatter = formatter(mechanism);
    try {
      Mac mac = Mac.getInstance(DECOY_MAC);
      mac.init(new SecretKeySpec(secret, DECOY_MAC));
      byte[] seed = mac.doFinal(ScramFormatter.toBytes(mechanism.mechanismName() + " " + user));
      // A salt like a real one, and a key that no password leads to.
      byte[] salt = Arrays.copyOf(seed, SALT_BYTES);
      byte[] key = formatter.hash(seed);
      return ScramCredentialUtils.credentialToString(
          new ScramCredential(salt, key, key, ITERATIONS));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + DECOY_MAC, e);
    }
  }

  /// What the hub's side of SCRAM needs, as Kafka writes it.
  public String scram(SaslMechanism mechanism) {
    return switch (mechanism) {
      case SCRAM_SHA_256 -> sha256;
      case PLAIN, SCRAM_SHA_512 -> sha512;
    };
  }

  /// Whether this is the password. Takes tens of milliseconds of a processor, by design.
  public boolean matches(char[] password) {
    if (password.length == 0) {
      return false;
    }
    ScramCredential known = ScramCredentialUtils.credentialFromString(sha512);
    ScramFormatter formatter = formatter(ScramMechanism.SCRAM_SHA_512);
    try {
      byte[] salted =
          salted(ScramMechanism.SCRAM_SHA_512, password, known.salt(), known.iterations());
      byte[] stored = formatter.storedKey(formatter.clientKey(salted));
      return MessageDigest.isEqual(stored, known.storedKey());
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("a password that is not empty is a key", e);
    }
  }

  /// RFC 5802's `Hi` is PBKDF2 with one block (section 2.2); the JDK's takes four fifths of the time of Kafka's.
  private static byte[] salted(
      ScramMechanism mechanism, char[] password, byte[] salt, int iterations) {
    String hash =
        switch (mechanism) {
          case SCRAM_SHA_256 -> "SHA256";
          case SCRAM_SHA_512 -> "SHA512";
        };
    int bits = Byte.SIZE * formatter(mechanism).hash(new byte[0]).length;
    PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, bits);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash)
          .generateSecret(spec)
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2 with " + hash, e);
    } finally {
      spec.clearPassword();
    }
  }

  private static ScramFormatter formatter(ScramMechanism mechanism) {
    try {
      return new ScramFormatter(mechanism);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + mechanism.hashAlgorithm(), e);
    }
  }

  /// Nothing of them belongs into a log.
  @Override
  public String toString() {
    return "Credentials";
  }
}
