package io.tributary.sim.hostile;

import io.tributary.link.DialFailed;
import io.tributary.link.Link;
import io.tributary.link.LinkConfig;
import io.tributary.link.LinkKind;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import io.tributary.record.Digest;
import io.tributary.session.frame.Confirm;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Direction;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Open;
import io.tributary.session.frame.Refusal;
import io.tributary.session.frame.Resume;
import io.tributary.session.frame.Welcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// An edge with a certificate that the hub trusts, and nothing good in mind.
final class CertifiedPeer {
  private static final Duration PATIENCE = Duration.ofSeconds(25);
  private static final int SLICE_BYTES = 16 * 1024;
  private static final long STREAM = 4242;

  /// What the bomb inflates to; its gzip is just below the largest batch.
  private static final int INFLATED_MIB = 900;

  private static final int BATCH_HEADER_BYTES = 61;
  private static final int ATTRIBUTES = 21;
  private static final int GZIP = 1;

  private final InetSocketAddress hub;
  private final TlsIdentity identity;
  private final String name;
  private final ByteBuffer bomb = bomb();

  CertifiedPeer(InetSocketAddress hub, Path pki, String name) throws IOException {
    this.hub = InetSocketAddress.createUnresolved(hub.getHostString(), hub.getPort());
    this.name = name;
    try {
      this.identity =
          TlsIdentity.load(
              new TlsFiles(
                  pki.resolve(name + ".pem"),
                  pki.resolve(name + "-key.pem"),
                  pki.resolve("ca.pem")));
    } catch (TlsRefused e) {
      throw new IOException(e);
    }
  }

  private Link dial() throws IOException {
    try {
      return Link.dial(LinkConfig.tls(hub, identity, LinkKind.LAN), () -> {});
    } catch (DialFailed e) {
      throw new IOException(e);
    }
  }

  /// Proves who it is and then says nothing. Answers whether the hub ended it.
  boolean saysNothing() throws IOException, InterruptedException {
    try (Link link = dial()) {
      long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadlineNanos) {
        while (link.poll() != null) {
          // the hub's last words
        }
        if (link.closedBecause() != null) {
          return true;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
      return false;
    }
  }

  /// Sends a batch of less than a megabyte that inflates to nearly a gigabyte. Answers whether the hub
  /// refused it by type.
  boolean sendsBomb() throws IOException, InterruptedException {
    try (Link link = dial()) {
      send(link, new Hello(1, 1, 15_000, new UUID(6, 6), UUID.randomUUID(), name, "hostile 1"));
      if (!(take(link) instanceof Welcome)) {
        return false;
      }
      send(link, new Open(0, Direction.EDGE_TO_HUB, STREAM, 0, 1, Digest.START, "bombs", "normal"));
      if (!(take(link) instanceof Resume resume)) {
        return false;
      }
      send(link, new Confirm(0, Confirm.Kind.RESUME, resume.next()));
      for (int at = 0; at < bomb.limit(); at += SLICE_BYTES) {
        int length = Math.min(SLICE_BYTES, bomb.limit() - at);
        send(link, new Data(0, bomb.limit(), at, bomb.slice(at, length)));
      }
      return take(link) instanceof Refusal;
    }
  }

  private static void send(Link link, Frame frame) throws IOException {
    link.send(frame);
    link.flush();
  }

  /// The next frame that is no Credit; null when none comes.
  private static @Nullable Frame take(Link link) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadlineNanos && link.closedBecause() == null) {
      Frame frame = link.poll();
      if (frame != null && !(frame instanceof io.tributary.session.frame.Credit)) {
        return frame;
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return link.poll();
  }

  /// A batch as an edge would send it, but for what its records are: zeroes, packed a thousand to one.
  private static ByteBuffer bomb() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] zeroes = new byte[1024 * 1024];
      for (int i = 0; i < INFLATED_MIB; i++) {
        gzip.write(zeroes);
      }
    }
    byte[] records = packed.toByteArray();
    ByteBuffer batch = ByteBuffer.allocate(BATCH_HEADER_BYTES + records.length);
    batch.putLong(0).putInt(batch.capacity() - 12).putInt(-1).put((byte) 2).putInt(0);
    batch.putShort((short) GZIP).putInt(0).putLong(1).putLong(1);
    batch.putLong(STREAM).putShort((short) 0).putInt(0).putInt(1).put(records);
    CRC32C crc = new CRC32C();
    crc.update(batch.array(), ATTRIBUTES, batch.capacity() - ATTRIBUTES);
    return batch.putInt(17, (int) crc.getValue()).flip();
  }
}
