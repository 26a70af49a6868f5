package io.tributary.store.log;

import io.tributary.log.Disk;
import io.tributary.log.DiskFile;
import io.tributary.log.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Real files with faults on demand, by the beginning of the path.
final class FaultyDisk implements Disk {
  private final Disk disk;
  private final Set<String> full = ConcurrentHashMap.newKeySet();
  private final Set<String> broken = ConcurrentHashMap.newKeySet();
  private final Set<String> unforced = ConcurrentHashMap.newKeySet();
  private final Set<String> undeletable = ConcurrentHashMap.newKeySet();
  private final AtomicInteger opened = new AtomicInteger();

  FaultyDisk(Disk disk) {
    this.disk = disk;
  }

  /// Writes below this path find no space.
  void fill(String path) {
    full.add(path);
  }

  /// Writes below this path fail.
  void breakWrites(String path) {
    broken.add(path);
  }

  /// Forces below this path fail.
  void breakForces(String path) {
    unforced.add(path);
  }

  /// Files below this path cannot be deleted.
  void keep(String path) {
    undeletable.add(path);
  }

  void heal() {
    undeletable.clear();
    full.clear();
    broken.clear();
    unforced.clear();
  }

  /// How many files were opened or created.
  int opened() {
    return opened.get();
  }

  private static boolean matches(Set<String> paths, String path) {
    return paths.stream().anyMatch(path::startsWith);
  }

  private void checkWrite(String path) throws IOException {
    if (matches(full, path)) {
      throw new NoSpaceException("no space, on purpose");
    }
    if (matches(broken, path)) {
      throw new IOException("a broken disk, on purpose");
    }
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return disk.exists(path);
  }

  @Override
  public DiskFile open(String path) throws IOException {
    opened.incrementAndGet();
    return new FaultyFile(path, disk.open(path));
  }

  @Override
  public DiskFile create(String path) throws IOException {
    checkWrite(path);
    opened.incrementAndGet();
    return new FaultyFile(path, disk.create(path));
  }

  @Override
  public void createDirectories(String directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String path) throws IOException {
    if (matches(undeletable, path)) {
      throw new IOException("a file that cannot be deleted, on purpose");
    }
    disk.delete(path);
  }

  @Override
  public void forceDirectory(String directory) throws IOException {
    disk.forceDirectory(directory);
  }

  @Override
  public void deleteDirectory(String directory) throws IOException {
    disk.deleteDirectory(directory);
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  private final class FaultyFile implements DiskFile {
    private final String path;
    private final DiskFile file;

    FaultyFile(String path, DiskFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return file.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      checkWrite(path);
      file.write(from, position);
    }

    @Override
    public void force() throws IOException {
      if (matches(unforced, path)) {
        throw new IOException("a force that failed, on purpose");
      }
      file.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
      return file.transferTo(position, count, to);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
