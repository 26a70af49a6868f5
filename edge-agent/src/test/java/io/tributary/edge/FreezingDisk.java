package io.tributary.edge;

import io.tributary.log.Disk;
import io.tributary.log.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Real files whose forces do not return while it is frozen: a device that hangs.
final class FreezingDisk implements Disk {
  private static final long POLL_NANOS = 10_000_000L;

  private final Disk disk;
  private volatile boolean frozen;

  FreezingDisk(Disk disk) {
    this.disk = disk;
  }

  void freeze(boolean on) {
    frozen = on;
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
    return new FreezingFile(disk.open(path));
  }

  @Override
  public DiskFile create(String path) throws IOException {
    return new FreezingFile(disk.create(path));
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

  private final class FreezingFile implements DiskFile {
    private final DiskFile file;

    FreezingFile(DiskFile file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return file.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      file.write(from, position);
    }

    @Override
    public void force() throws IOException {
      while (frozen) {
        LockSupport.parkNanos(POLL_NANOS);
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
