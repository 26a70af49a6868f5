package io.tributary.adapter.mqtt.users;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// What is kept of a password: a salt, and what PBKDF2 makes of both with HMAC-SHA-512 in so many rounds (RFC 8018, section
/// 5.2). Whoever steals it has to guess the password, each guess at the price of those rounds.
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record PasswordHash(int rounds, byte[] salt, byte[] hash) {
  /// What OWASP asks of this function at least.
  public static final int ROUNDS = 210_000;

  /// Fewer are guessed too fast.
  private static final int ROUNDS_LEAST = 10_000;

  /// More would let one line of a file hold up all logins for seconds.
  private static final int ROUNDS_MOST = 10_000_000;

  public static final int PASSWORD_CHARS_MOST = 256;

  private static final int SALT_BYTES = 24;
  private static final int HASH_BYTES = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final Pattern TEXT =
      Pattern.compile("rounds=([0-9]{1,9}),salt=([A-Za-z0-9+/=]+),hash=([A-Za-z0-9+/=]+)");

  public PasswordHash {
    if (rounds < ROUNDS_LEAST || rounds > ROUNDS_MOST) {
      throw new IllegalArgumentException(
          rounds + " rounds, allowed are " + ROUNDS_LEAST + " to " + ROUNDS_MOST);
    }
    if (salt.length < Long.BYTES || hash.length != HASH_BYTES) {
      throw new IllegalArgumentException("a salt or a hash of the wrong length");
    }
    salt = salt.clone();
    hash = hash.clone();
  }

  /// Of a new password, with a new salt. Takes as long as a check.
  ///
  /// @throws IllegalArgumentException when it is empty or too long
  public static PasswordHash of(String password) {
    if (password.isEmpty() || password.length() > PASSWORD_CHARS_MOST) {
      throw new IllegalArgumentException(
          "a password has 1 to " + PASSWORD_CHARS_MOST + " characters");
    }
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return new PasswordHash(ROUNDS, salt, derive(password.toCharArray(), salt, ROUNDS));
  }

  /// Of nobody: a check against it takes as long as any other and fails, so that a guesser does not learn which users there
  /// are.
  public static PasswordHash decoy() {
    byte[] noise = new byte[SALT_BYTES + HASH_BYTES];
    RANDOM.nextBytes(noise);
    return new PasswordHash(
        ROUNDS,
        Arrays.copyOf(noise, SALT_BYTES),
        Arrays.copyOfRange(noise, SALT_BYTES, noise.length));
  }

  /// As {@link #toText} writes it.
  ///
  /// @throws IllegalArgumentException says what is wrong
  public static PasswordHash parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a password must be rounds=N,salt=BASE64,hash=BASE64");
    }
    Base64.Decoder base64 = Base64.getDecoder();
    return new PasswordHash(
        Integer.parseInt(matcher.group(1)),
        base64.decode(matcher.group(2)),
        base64.decode(matcher.group(3)));
  }

  public String toText() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "rounds="
        + rounds
        + ",salt="
        + base64.encodeToString(salt)
        + ",hash="
        + base64.encodeToString(hash);
  }

  /// Whether this is the password, in UTF-8. Takes hundreds of milliseconds of a processor, by design, whatever the answer.
  public boolean matches(byte[] password) {
    char[] chars;
    boolean isText = true;
    try {
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(password));
      chars = Arrays.copyOf(decoded.array(), decoded.length());
    } catch (CharacterCodingException noPasswordOfOurs) {
      chars = new char[1];
      isText = false;
    }
    if (chars.length > PASSWORD_CHARS_MOST) {
      chars = Arrays.copyOf(chars, PASSWORD_CHARS_MOST);
      isText = false;
    }
    boolean isEqual = MessageDigest.isEqual(hash, derive(chars, salt, rounds));
    return isEqual && isText && password.length > 0;
  }

  private static byte[] derive(char[] password, byte[] salt, int rounds) {
    PBEKeySpec spec = new PBEKeySpec(password, salt, rounds, HASH_BYTES * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2 with SHA-512", e);
    } finally {
      spec.clearPassword();
    }
  }

  @Override
  public byte[] salt() {
    return salt.clone();
  }

  @Override
  public byte[] hash() {
    return hash.clone();
  }

  /// Salts are random: two are equal when one is a copy of the other.
  @Override
  public boolean equals(Object other) {
    return other instanceof PasswordHash that
        && rounds == that.rounds
        && Arrays.equals(salt, that.salt)
        && MessageDigest.isEqual(hash, that.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(salt);
  }

  /// Nothing of it belongs into a log.
  @Override
  public String toString() {
    return "PasswordHash";
  }
}
