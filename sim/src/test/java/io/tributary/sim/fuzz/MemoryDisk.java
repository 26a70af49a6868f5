package io.tributary.sim.fuzz;

import io.tributary.log.Disk;
import io.tributary.log.DiskFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Files in memory without any fault: for what reads them, not for what survives.
public final class MemoryDisk implements Disk {
  private static final long USABLE_BYTES = 1L << 40;

  private final Map<String, MemoryFile> files = new TreeMap<>();

  public void put(String path, byte[] bytes) {
    MemoryFile file = new MemoryFile();
    file.bytes = bytes.clone();
    file.size = bytes.length;
    files.put(path, file);
  }

  /// Every file, by its path.
  public Map<String, byte[]> contents() {
    Map<String, byte[]> all = new TreeMap<>();
    files.forEach((path, file) -> all.put(path, Arrays.copyOf(file.bytes, file.size)));
    return all;
  }

  @Override
  public List<String> list(String directory) {
    return files.keySet().stream()
        .filter(path -> path.startsWith(directory + "/"))
        .map(path -> path.substring(directory.length() + 1))
        .filter(name -> name.indexOf('/') < 0)
        .toList();
  }

  @Override
  public boolean exists(String path) {
    return files.keySet().stream().anyMatch(p -> p.equals(path) || p.startsWith(path + "/"));
  }

  @Override
  public DiskFile open(String path) throws IOException {
    MemoryFile file = files.get(path);
    if (file == null) {
      throw new FileNotFoundException(path);
    }
    return file;
  }

  @Override
  public DiskFile create(String path) throws IOException {
    MemoryFile file = new MemoryFile();
    if (files.putIfAbsent(path, file) != null) {
      throw new FileAlreadyExistsException(path);
    }
    return file;
  }

  @Override
  public void createDirectories(String directory) {
    // A directory is what its files' names say.
  }

  @Override
  public void rename(String from, String to) throws IOException {
    MemoryFile file = files.remove(from);
    if (file == null) {
      throw new FileNotFoundException(from);
    }
    files.put(to, file);
  }

  @Override
  public void delete(String path) throws IOException {
    if (files.remove(path) == null) {
      throw new FileNotFoundException(path);
    }
  }

  @Override
  public void forceDirectory(String directory) {}

  @Override
  public void deleteDirectory(String directory) {
    // See createDirectories.
  }

  @Override
  public long usableBytes() {
    return USABLE_BYTES;
  }

  private static final class MemoryFile implements DiskFile {
    private byte[] bytes = new byte[0];
    private int size;

    @Override
    public int read(ByteBuffer into, long position) {
      if (position >= size) {
        return -1;
      }
      int count = Math.min(into.remaining(), size - (int) position);
      into.put(bytes, (int) position, count);
      return count;
    }

    @Override
    public void write(ByteBuffer from, long position) {
      int end = Math.toIntExact(position + from.remaining());
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
      }
      if (position > size) {
        Arrays.fill(bytes, size, (int) position, (byte) 0);
      }
      from.get(bytes, (int) position, from.remaining());
      size = Math.max(size, end);
    }

    @Override
    public void force() {}

    @Override
    public void truncate(long to) {
      size = (int) Math.min(size, to);
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
      int most = (int) Math.min(count, size - position);
      return to.write(ByteBuffer.wrap(bytes, (int) position, most));
    }

    @Override
    public void close() {}
  }
}
