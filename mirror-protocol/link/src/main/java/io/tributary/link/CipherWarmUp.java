package io.tributary.link;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Makes the cipher of TLS fast before there is something to send.
///
/// The JVM uses the processor's AES instructions only in code that its second compiler has made,
/// and it makes that after some hundreds of calls, as the launcher sets it. A backlog comes in full
/// records of 16 KiB: its first megabytes would crawl at about 110 MB/s where 4 GB/s are possible.
/// Calls on small records count as much and cost a tenth.
public final class CipherWarmUp {
  /// Three times what starts the compiler, which then still has to make the code.
  private static final int CALLS = 1_500;

  private static final int RECORD_BYTES = 1024;
  private static final int TAG_BYTES = 16;
  private static final int KEY_BYTES = 16;
  private static final int IV_BYTES = 12;
  private static final int AAD_BYTES = 5;

  /// A slow processor stops here: it has then been warmed by as much as it will miss.
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private CipherWarmUp() {}

  /// Encrypts, which is what an edge does most.
  public static void run() {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      SecretKeySpec key = new SecretKeySpec(new byte[KEY_BYTES], "AES");
      byte[] iv = new byte[IV_BYTES];
      byte[] aad = new byte[AAD_BYTES];
      byte[] record = new byte[RECORD_BYTES + TAG_BYTES];
      long endNanos = System.nanoTime() + MOST_NANOS;
      for (int i = 1; i <= CALLS && System.nanoTime() < endNanos; i++) {
        ByteBuffer.wrap(iv).putInt(i); // a key and a nonce are never used twice, not even here
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, iv));
        cipher.updateAAD(aad);
        // In place, from one view of the array into another, as TLS does it.
        ByteBuffer in = ByteBuffer.wrap(record);
        ByteBuffer out = in.duplicate();
        in.limit(RECORD_BYTES);
        cipher.doFinal(in, out);
      }
    } catch (GeneralSecurityException e) {
      // A JVM without this cipher agrees on another one; it is only slower.
      System.getLogger(CipherWarmUp.class.getName())
          .log(System.Logger.Level.DEBUG, "no warm-up of AES-GCM", e);
    }
  }
}
