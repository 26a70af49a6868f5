package io.tributary.adapter.file;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which file it is, whatever its name.
///
/// An inode is given to another file as soon as its own is deleted: the birth tells the two apart, where the file system knows it.
/// The number of a device may be another one after the machine was started anew: the inode alone finds a file again whose bytes
/// agree.
///
/// @param key device and inode, as the system writes them; its path, where there are none
/// @param birthNanos since 1970; 0 where it is not known
record FileId(String key, long birthNanos) {
  private static final Pattern INODE = Pattern.compile("ino(?:de)?=[0-9a-f]+");

  /// @param birthDevice of which births are known, as {@link #device} has it; empty where there is none
  static FileId of(Path path, BasicFileAttributes attributes, String birthDevice) {
    String key =
        attributes.fileKey() == null
            ? path.toAbsolutePath().toString()
            : attributes.fileKey().toString();
    boolean isKnown =
        tellsBirth(attributes) || (!birthDevice.isEmpty() && device(key).equals(birthDevice));
    return new FileId(key, isKnown ? nanos(attributes.creationTime()) : 0);
  }

  /// Whether it is sure that the birth is one: the JDK gives the time of the last change where it knows none.
  static boolean tellsBirth(BasicFileAttributes attributes) {
    return !attributes.creationTime().equals(attributes.lastModifiedTime());
  }

  /// The key without its inode; empty where there is none.
  static String device(String key) {
    Matcher inode = INODE.matcher(key);
    return inode.find() ? key.substring(0, inode.start()) : "";
  }

  static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  /// The key without its device.
  static String inode(String key) {
    Matcher inode = INODE.matcher(key);
    return inode.find() ? inode.group() : key;
  }

  /// Whether the births show that two files of one key are not the same.
  boolean isOtherThan(long otherBirthNanos) {
    return birthNanos != 0 && otherBirthNanos != 0 && birthNanos != otherBirthNanos;
  }
}
