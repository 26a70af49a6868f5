package io.tributary.adapter.http;

import io.netty.handler.ssl.ClientAuth;
import io.tributary.link.TlsFiles;
import io.tributary.link.TlsIdentity;
import io.tributary.link.TlsRefused;
import io.tributary.settings.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What clients are shown, and are asked to show: the keys of the section `tls`.
///
/// @param clientCa what clients' certificates descend from; null: they are asked for none
/// @param first what the files held when the configuration was read
record TlsSettings(
    Path certificate, Path key, @Nullable Path clientCa, ClientAuth clientAuth, Loaded first) {
  /// What was found in the files.
  ///
  /// @param stamps of the files before they were read, so that what changes meanwhile is seen the next time
  record Loaded(TlsIdentity identity, List<String> stamps) {}

  /// Reads the keys and the files. What is wrong is told to the section; then the answer is null.
  static @Nullable TlsSettings read(Section section) {
    Path certificate = section.path("certificate");
    Path key = section.path("key");
    Path ca = section.pathOrNull("client-ca");
    boolean isRequired = section.bool("require-client-certificate", ca != null);
    if (ca == null && isRequired) {
      section.refuse(
          "require-client-certificate",
          "needs 'client-ca': the certificates that those of clients descend from");
    }
    if (!section.has("certificate") || !section.has("key")) {
      return null; // noted
    }
    ClientAuth asked =
        ca == null ? ClientAuth.NONE : isRequired ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL;
    try {
      return new TlsSettings(certificate, key, ca, asked, load(certificate, key, ca));
    } catch (TlsRefused e) {
      String at = e.file().equals(ca) ? "client-ca" : e.file().equals(key) ? "key" : "certificate";
      section.refuse(at, String.valueOf(e.getMessage()));
      return null;
    }
  }

  /// Whether nobody comes in whom no certificate vouches for.
  boolean requiresCertificates() {
    return clientAuth == ClientAuth.REQUIRE;
  }

  /// Reads the files again, and checks that they belong together.
  Loaded load() throws TlsRefused {
    return load(certificate, key, clientCa);
  }

  private static Loaded load(Path certificate, Path key, @Nullable Path ca) throws TlsRefused {
    List<String> stamps = stamps(certificate, key, ca);
    return new Loaded(
        ca == null
            ? TlsIdentity.loadWithoutCa(certificate, key)
            : TlsIdentity.load(new TlsFiles(certificate, key, ca)),
        stamps);
  }

  /// Which state of the files there is; two that are equal hold the same.
  List<String> stamps() {
    return stamps(certificate, key, clientCa);
  }

  private static List<String> stamps(Path certificate, Path key, @Nullable Path ca) {
    Stream<Path> files = ca == null ? Stream.of(certificate, key) : Stream.of(certificate, key, ca);
    return files.map(TlsSettings::stamp).toList();
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.fileKey()
          + " "
          + now.lastModifiedTime().to(TimeUnit.NANOSECONDS)
          + " "
          + now.size();
    } catch (IOException e) {
      return ""; // reading it says why
    }
  }
}
