package io.tributary.front.kafka;

import io.tributary.front.kafka.access.Credentials;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The passwords that were found right, each as a keyed hash, so that a client that comes again by PLAIN costs microseconds and
/// no rounds of a slow hash. Any thread.
///
/// An entry counts for the very credentials against which the password was checked: salts are random, so it is worth nothing as
/// soon as the user has another password. What is wrong is never kept, and costs a guesser the slow hash every time. The
/// key lives in this process alone; whoever reads its memory may guess fast, and finds passwords there that are just coming in.
final class ProvenPasswords {
  /// With some hundred bytes each. The users beyond are checked slowly when they come again.
  static final int USERS_MOST = 4_096;

  private static final String MAC = "HmacSHA256";

  private final SecretKeySpec key;

  /// By user, the one that came last at the end.
  private final Map<String, Proven> byUser = new LinkedHashMap<>(16, 0.75f, true);

  /// @param mac of the password
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Proven(Credentials credentials, byte[] mac) {}

  /// @param secret random, never shown
  ProvenPasswords(byte[] secret) {
    this.key = new SecretKeySpec(secret, MAC);
  }

  /// Whether this is the password of these credentials: known from before, or checked now, which takes tens of milliseconds.
  boolean matches(String user, Credentials credentials, char[] password) {
    byte[] mac = mac(password);
    Proven known = find(user);
    if (known != null
        && known.credentials().equals(credentials)
        && MessageDigest.isEqual(known.mac(), mac)) {
      return true;
    }
    boolean matches = credentials.matches(password);
    if (matches) {
      keep(user, new Proven(credentials, mac));
    }
    return matches;
  }

  private synchronized @Nullable Proven find(String user) {
    return byUser.get(user);
  }

  private synchronized void keep(String user, Proven proven) {
    byUser.put(user, proven);
    if (byUser.size() > USERS_MOST) {
      byUser.remove(byUser.keySet().iterator().next());
    }
  }

  synchronized int size() {
    return byUser.size();
  }

  private byte[] mac(char[] password) {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      mac.update(bytes);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + MAC, e);
    }
  }
}
