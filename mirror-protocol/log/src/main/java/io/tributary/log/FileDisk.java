package io.tributary.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Real files below a root directory; the one class of this module that touches them.
///
/// A thread that is inside a method here must never be interrupted: the JDK closes an interrupted thread's channel.
public final class FileDisk implements Disk {
  /// With less room than this a fault of writing is taken for a full disk, whatever the system's language calls it.
  private static final long FULL_BELOW_BYTES = 64 * 1024;

  /// Small parts are gathered here, and bytes of the heap pass through here, so that the JDK need not keep a copy of
  /// the largest write for each thread.
  private static final int STAGING_BYTES = 256 * 1024;

  /// A part outside the heap that is at least as large is written where it lies: a call costs less than its copy.
  private static final int WRITTEN_IN_PLACE_BYTES = 16 * 1024;

  private final Path root;
  private final Set<StandardOpenOption> openOptions;

  /// Guards the staging buffer, which is made when it is first needed.
  private final Object stagingLock = new Object();

  private @Nullable ByteBuffer staging;

  public FileDisk(Path root) {
    this(root, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  private FileDisk(Path root, Set<StandardOpenOption> openOptions) {
    this.root = root;
    this.openOptions = openOptions;
  }

  /// The same files for somebody who only looks: what is open cannot be written.
  public static FileDisk readOnly(Path root) {
    return new FileDisk(root, Set.of(StandardOpenOption.READ));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    Path path = root.resolve(directory);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(root.resolve(path));
  }

  @Override
  public DiskFile open(String path) throws IOException {
    return new OpenFile(FileChannel.open(root.resolve(path), openOptions));
  }

  @Override
  public DiskFile create(String path) throws IOException {
    try {
      return new OpenFile(
          FileChannel.open(
              root.resolve(path),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE_NEW));
    } catch (IOException e) {
      throw named(e);
    }
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    Path path = root.resolve(directory);
    Path existing = path;
    while (existing != null && !Files.isDirectory(existing)) {
      existing = existing.getParent();
    }
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw named(e);
    }
    for (Path made = path; made != null && !made.equals(existing); made = made.getParent()) {
      Path parent = made.getParent();
      if (parent != null) {
        forceDirectory(parent);
      }
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        root.resolve(from),
        root.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String path) throws IOException {
    Files.delete(root.resolve(path));
  }

  @Override
  public void forceDirectory(String directory) throws IOException {
    forceDirectory(root.resolve(directory));
  }

  @Override
  public void deleteDirectory(String directory) throws IOException {
    Path path = root.resolve(directory);
    Path parent = path.getParent();
    if (Files.deleteIfExists(path) && parent != null) {
      forceDirectory(parent); // which cannot forget the directory and remember what was in it
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private ByteBuffer staging() {
    ByteBuffer buffer = staging;
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(STAGING_BYTES);
      staging = buffer;
    }
    return buffer.clear();
  }

  /// The JDK has no type for a full disk: the system's words, or else the room that is left, must tell.
  private IOException named(IOException fault) {
    String words = fault.getMessage() == null ? "" : fault.getMessage().toLowerCase(Locale.ROOT);
    boolean isFull = words.contains("no space left") || words.contains("quota exceeded");
    if (!isFull) {
      try {
        isFull = usableBytes() < FULL_BELOW_BYTES;
      } catch (IOException unknown) {
        fault.addSuppressed(unknown);
      }
    }
    return isFull ? new NoSpaceException("no space left below " + root, fault) : fault;
  }

  private final class OpenFile implements DiskFile {
    private final FileChannel channel;

    OpenFile(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return channel.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      write(new ByteBuffer[] {from}, position);
    }

    @Override
    public void write(ByteBuffer[] parts, long position) throws IOException {
      try {
        if (parts.length == 1 && parts[0].isDirect()) {
          writeFully(parts[0], position);
        } else {
          synchronized (stagingLock) {
            gather(parts, position);
          }
        }
      } catch (IOException e) {
        throw named(e);
      }
    }

    private void gather(ByteBuffer[] parts, long position) throws IOException {
      ByteBuffer gathered = staging();
      long at = position;
      for (ByteBuffer part : parts) {
        if (part.isDirect() && part.remaining() >= WRITTEN_IN_PLACE_BYTES) {
          at += writeFully(gathered.flip(), at);
          gathered.clear();
          at += writeFully(part, at);
          continue;
        }
        while (part.hasRemaining()) {
          if (!gathered.hasRemaining()) {
            at += writeFully(gathered.flip(), at);
            gathered.clear();
          }
          int bytes = Math.min(part.remaining(), gathered.remaining());
          gathered.put(gathered.position(), part, part.position(), bytes);
          gathered.position(gathered.position() + bytes);
          part.position(part.position() + bytes);
        }
      }
      writeFully(gathered.flip(), at);
    }

    private int writeFully(ByteBuffer from, long position) throws IOException {
      int bytes = from.remaining();
      long at = position;
      while (from.hasRemaining()) {
        at += channel.write(from, at);
      }
      return bytes;
    }

    @Override
    public void force() throws IOException {
      channel.force(false); // the size counts as data to fdatasync, the times do not
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
      return channel.transferTo(position, count, to);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
