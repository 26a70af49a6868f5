package io.tributary.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/// Files that are never forced: for tests in which no power is cut, and which would wait for the medium most of the time.
record UnforcedDisk(Disk disk) implements Disk {
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
    return new UnforcedFile(disk.open(path));
  }

  @Override
  public DiskFile create(String path) throws IOException {
    return new UnforcedFile(disk.create(path));
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
  public void forceDirectory(String directory) {}

  @Override
  public void deleteDirectory(String directory) throws IOException {
    disk.deleteDirectory(directory);
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  private record UnforcedFile(DiskFile file) implements DiskFile {
    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return file.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      file.write(from, position);
    }

    @Override
    public void force() {}

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
