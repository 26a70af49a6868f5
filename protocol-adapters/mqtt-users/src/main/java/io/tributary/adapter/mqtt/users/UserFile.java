package io.tributary.adapter.mqtt.users;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The file of the users, readable and writable by its owner alone. Whoever reads it sees it as it was before or after a
/// change, also after a crash: a change is written beside it, forced, and takes its name.
///
/// ```
/// FILE         what holds
/// FILE.new     a change that is being written, or that a crash has left: nobody reads it
/// FILE.lock    held by the process that makes a change
/// ```
public final class UserFile {
  /// More than the most users; a file named so by mistake is not read into memory.
  private static final int BYTES_MOST = 8 * 1024 * 1024;

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path directory;
  private final Path file;

  public UserFile(Path file) {
    this.file = file.toAbsolutePath();
    Path parent = this.file.getParent();
    this.directory = parent == null ? this.file : parent;
  }

  /// Makes other users out of those that there are.
  public interface Change {
    /// @throws UserRefused it cannot be, and why; nothing is changed
    Users apply(Users before) throws UserRefused;
  }

  /// Which state of the file there is; two that are equal hold the same users.
  ///
  /// @param key which file it is, whatever its name; a text without meaning
  public record Stamp(String key, long modifiedNanos, long sizeBytes) {
    /// There is no file, and so no user.
    public static final Stamp NO_FILE = new Stamp("", 0, 0);
  }

  public Stamp stamp() throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          String.valueOf(now.fileKey()),
          now.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          now.size());
    } catch (NoSuchFileException e) {
      return Stamp.NO_FILE;
    }
  }

  /// Nobody when there is no file.
  ///
  /// @throws IOException when it cannot be read or is damaged; says what to do
  public Users load() throws IOException {
    String text;
    try {
      long size = Files.size(file);
      if (size > BYTES_MOST) {
        throw new IOException(file + " has " + size + " B and is no file of users");
      }
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return Users.NONE;
    } catch (CharacterCodingException e) {
      throw damaged("it is no text", e);
    }
    try {
      return UserText.read(text);
    } catch (IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    }
  }

  private IOException damaged(String what, Exception cause) {
    return new IOException(
        "the file of users "
            + file
            + " is damaged ("
            + what
            + "): put back a copy of it, or delete it and add the users anew with 'edge user add'",
        cause);
  }

  /// Changes the users, durably; waits while another process does.
  ///
  /// @throws UserRefused what `change` says; nothing was changed
  /// @throws IOException when the file cannot be read or written; as far as is known nothing was changed
  public Users change(Change change) throws IOException, UserRefused {
    Path lock = beside(".lock");
    try (FileChannel channel =
        FileChannel.open(
            lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY)) {
      channel.lock(); // until it is closed
      giveToOwnerOfDirectory(lock);
      Users after = change.apply(load());
      write(UserText.write(after));
      return after;
    }
  }

  private void write(String text) throws IOException {
    Path draft = beside(".new");
    Files.deleteIfExists(draft); // of a crash, with whatever rights
    try (FileChannel channel =
        FileChannel.open(
            draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    giveToOwnerOfDirectory(draft);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true); // the name is durable too
    }
  }

  private Path beside(String suffix) {
    return directory.resolve(file.getFileName() + suffix);
  }

  /// The edge may run as another user than whoever changes its users, root mostly, and must read the file.
  private void giveToOwnerOfDirectory(Path made) throws IOException {
    PosixFileAttributes wanted = Files.readAttributes(directory, PosixFileAttributes.class);
    PosixFileAttributes is = Files.readAttributes(made, PosixFileAttributes.class);
    if (!is.owner().equals(wanted.owner())) {
      PosixFileAttributeView view = Files.getFileAttributeView(made, PosixFileAttributeView.class);
      view.setGroup(wanted.group());
      view.setOwner(wanted.owner());
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
