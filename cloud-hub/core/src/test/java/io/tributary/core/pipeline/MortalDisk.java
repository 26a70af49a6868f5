package io.tributary.core.pipeline;

import io.tributary.log.Disk;
import io.tributary.log.DiskFile;
import io.tributary.log.NoSpaceException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Files in memory, on a machine that dies at a chosen write, force, creation, rename or deletion. What is written stays when the
/// process is killed; when the power fails, only what was forced does.
final class MortalDisk implements Disk {
  private final Map<String, Content> files = new TreeMap<>();
  private long operations;
  private long diesAt = Long.MAX_VALUE;
  private boolean isDead;
  private String full = "";

  /// The end of the process.
  static final class Death extends Error {
    @Serial private static final long serialVersionUID = 1L;

    Death(String at) {
      super(at, null, false, false);
    }
  }

  private static final class Content {
    private byte[] bytes = new byte[0];
    private int size;
    private byte[] forced = new byte[0];

    void set(byte[] all) {
      bytes = all;
      size = all.length;
    }
  }

  /// Dies at the operation of that number from now on, half done.
  void dieIn(long number) {
    diesAt = operations + number;
  }

  long operations() {
    return operations;
  }

  /// The machine is started again.
  ///
  /// @param withoutPower whether what was not forced is gone
  void revive(boolean withoutPower) {
    isDead = false;
    diesAt = Long.MAX_VALUE;
    if (withoutPower) {
      files.values().forEach(content -> content.set(content.forced.clone()));
    }
  }

  /// Writes below this path find no space; empty: everything has space.
  void fill(String path) {
    full = path;
  }

  private boolean dies(String what) {
    if (isDead) {
      throw new Death(what);
    }
    operations++;
    isDead = operations >= diesAt;
    return isDead;
  }

  private void live(String what) {
    if (dies(what)) {
      throw new Death(what);
    }
  }

  private Content content(String path) throws IOException {
    Content content = files.get(path);
    if (content == null) {
      throw new FileNotFoundException(path);
    }
    return content;
  }

  @Override
  public List<String> list(String directory) {
    List<String> names = new ArrayList<>();
    String prefix = directory.isEmpty() ? "" : directory + "/";
    for (String path : files.keySet()) {
      if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0) {
        names.add(path.substring(prefix.length()));
      }
    }
    return names;
  }

  @Override
  public boolean exists(String path) {
    return files.containsKey(path);
  }

  @Override
  public DiskFile open(String path) throws IOException {
    return new MortalFile(path, content(path));
  }

  @Override
  public DiskFile create(String path) throws IOException {
    checkSpace(path);
    live("create " + path);
    Content content = new Content();
    if (files.putIfAbsent(path, content) != null) {
      throw new IOException(path + " exists");
    }
    return new MortalFile(path, content);
  }

  private void checkSpace(String path) throws NoSpaceException {
    if (!full.isEmpty() && path.startsWith(full)) {
      throw new NoSpaceException("no space, on purpose");
    }
  }

  @Override
  public void createDirectories(String directory) {}

  @Override
  public void rename(String from, String to) throws IOException {
    live("rename " + from);
    files.put(to, content(from));
    files.remove(from);
  }

  @Override
  public void delete(String path) throws IOException {
    content(path);
    live("delete " + path);
    files.remove(path);
  }

  @Override
  public void forceDirectory(String directory) {
    live("force " + directory);
  }

  @Override
  public void deleteDirectory(String directory) {}

  @Override
  public long usableBytes() {
    return 1L << 40;
  }

  private final class MortalFile implements DiskFile {
    private final String path;
    private final Content content;

    MortalFile(String path, Content content) {
      this.path = path;
      this.content = content;
    }

    @Override
    public int read(ByteBuffer into, long position) {
      int count = (int) Math.min(into.remaining(), content.size - position);
      if (count <= 0) {
        return into.hasRemaining() ? -1 : 0;
      }
      into.put(content.bytes, (int) position, count);
      return count;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      checkSpace(path);
      boolean dies = dies("write " + path);
      int count = dies ? from.remaining() / 2 : from.remaining();
      int end = (int) position + count;
      if (end > content.bytes.length) {
        content.bytes = Arrays.copyOf(content.bytes, Math.max(end, 2 * content.bytes.length));
      }
      from.get(content.bytes, (int) position, count);
      content.size = Math.max(content.size, end);
      if (dies) {
        throw new Death("write " + path);
      }
    }

    @Override
    public void force() {
      live("force " + path);
      content.forced = Arrays.copyOf(content.bytes, content.size);
    }

    @Override
    public void truncate(long size) {
      live("truncate " + path);
      content.set(Arrays.copyOf(content.bytes, (int) size));
    }

    @Override
    public long size() {
      return content.size;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
      int length = (int) Math.min(count, content.size - position);
      return to.write(ByteBuffer.wrap(content.bytes, (int) position, length));
    }

    @Override
    public void close() {}
  }
}
