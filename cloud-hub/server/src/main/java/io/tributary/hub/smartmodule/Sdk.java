package io.tributary.hub.smartmodule;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// The SDKs for guests, as they come with the program, and what is made of them: a directory that builds without anything else of
/// ours.
final class Sdk {
  private static final String TEMPLATE = "template";
  private static final String NAME = "NAME";

  private Sdk() {}

  /// Fills a new directory with a guest of a kind to begin from, and with the SDK.
  ///
  /// @param kind the export of its kind
  static void write(Path directory, String name, Language language, String kind)
      throws IOException {
    URL root = Sdk.class.getResource("sdk");
    if (root == null) {
      throw new IOException("this program was built without the SDKs");
    }
    try {
      URI uri = root.toURI();
      // Within a jar, resources are files of a file system of their own.
      if (uri.getScheme().equals("jar")) {
        try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
          Path within = jar.provider().getPath(uri);
          write(within.resolve(language.sdk()), directory, name, language, kind);
        }
      } else {
        write(Path.of(uri).resolve(language.sdk()), directory, name, language, kind);
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static void write(Path sdk, Path directory, String name, Language language, String kind)
      throws IOException {
    Files.createDirectories(directory);
    String template = kind + language.suffix();
    try (Stream<Path> files = Files.list(sdk.resolve(TEMPLATE))) {
      for (Path file : files.toList()) {
        String fileName = file.getFileName().toString();
        boolean isGuest = fileName.endsWith(language.suffix());
        if (isGuest && !fileName.equals(template)) {
          continue; // of another kind
        }
        Path target = directory.resolve(isGuest ? name + language.suffix() : fileName);
        Files.writeString(target, Files.readString(file).replace(NAME, name));
        if (fileName.equals("build") && !target.toFile().setExecutable(true)) {
          throw new IOException("cannot make " + target + " executable");
        }
      }
    }
    Path own =
        switch (language) {
          case c -> directory.resolve("sdk");
          case assemblyscript -> directory.resolve("sdk/smartmodule/assembly");
        };
    Path from = language == Language.c ? sdk : sdk.resolve("assembly");
    Files.createDirectories(own);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String fileName = file.getFileName().toString();
        if (fileName.endsWith(".h") || fileName.endsWith(".ts")) {
          Files.write(own.resolve(fileName), Files.readAllBytes(file));
        }
      }
    }
  }
}
