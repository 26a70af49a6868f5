package io.tributary.adapter.mqtt;

import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The files of one listener's TLS. Any thread.
///
/// @param ca what clients' certificates descend from; null: clients are asked for none
record CertificateFiles(Path certificate, Path key, @Nullable Path ca) {
  /// Which state of one file there is; a link counts as the file that it leads to.
  ///
  /// @param key which file it is, whatever its name; a text without meaning
  record Stamp(String key, long modifiedNanos, long sizeBytes) {
    private static final Stamp UNREADABLE = new Stamp("", 0, 0);
  }

  /// What was found in the files, and in which state of them.
  ///
  /// @param stamps taken before they were read, so that what changes meanwhile is seen the next time
  record Loaded(TlsIdentity identity, List<Stamp> stamps) {}

  /// Which state of the files there is; two that are equal hold the same.
  List<Stamp> stamps() {
    List<Stamp> all = new ArrayList<>();
    all.add(stamp(certificate));
    all.add(stamp(key));
    if (ca != null) {
      all.add(stamp(ca));
    }
    return all;
  }

  /// Reads the files, and checks that they belong together.
  Loaded load() throws TlsRefused {
    List<Stamp> stamps = stamps();
    TlsIdentity identity =
        ca == null
            ? TlsIdentity.loadWithoutCa(certificate, key)
            : TlsIdentity.load(new TlsFiles(certificate, key, ca));
    return new Loaded(identity, stamps);
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          String.valueOf(now.fileKey()),
          now.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          now.size());
    } catch (IOException e) {
      return Stamp.UNREADABLE; // reading it says why
    }
  }
}
