package io.tributary.sim.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A copy of the launcher in a tree of its own, whose jars are empty and whose JDK is a script: it notes what it is called for, and
/// a dump by it ends when [#go] is there.
final class FakeHouse {
  private static final int PATIENCE_SECONDS = 30;
  private static final long POLL_NANOS = 5_000_000;

  private static final String JAVA =
      """
      #!/bin/sh
      home=${0%/jdk/bin/java}
      for word; do
        case $word in
          -Xshare:dump) isDump=yes ;;
          -XX:SharedArchiveFile=*) archive=${word#*=} ;;
        esac
      done
      if [ -n "${isDump-}" ]; then
        echo dump >>"$home/dumps"
        until [ -e "$home/go" ]; do sleep 0.01; done
        echo classes >"$archive"
      else
        if [ -f "$archive" ]; then echo with >>"$home/starts"; else echo without >>"$home/starts"; fi
      fi
      """;

  private final Path root;

  FakeHouse(Path folder, Path launcher) throws IOException {
    root = Files.createTempDirectory(folder, "house");
    Path lib = Files.createDirectories(root.resolve("edge-agent/target/lib"));
    Files.createFile(lib.resolveSibling("tributary-edge-agent.jar"));
    Files.createFile(lib.resolve("part.jar"));
    Files.copy(launcher, root.resolve("tributary"));
    Path bin = Files.createDirectories(root.resolve("jdk/bin"));
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    Files.writeString(bin.resolve("java"), JAVA);
    assertTrue(bin.resolve("java").toFile().setExecutable(true));
  }

  Path root() {
    return root;
  }

  Path go() {
    return root.resolve("go");
  }

  /// Runs `tributary edge` with that word.
  Process edge(List<String> shell, String word, String name) throws IOException {
    List<String> words = new ArrayList<>(shell);
    words.addAll(List.of(root.resolve("tributary").toString(), "edge", word));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectOutput(root.resolve(name + ".out").toFile())
            .redirectError(root.resolve(name + ".err").toFile());
    builder.environment().put("TRIBUTARY_JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().put("TRIBUTARY_NO_BUILD", "1");
    return builder.start();
  }

  void end(Process process) throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
  }

  /// A build that the launcher does not know of has made a jar anew.
  void touchJar() throws IOException {
    Path archive = root.resolve("target/launcher/edge.jsa");
    // By a whole second: busybox's find compares no finer.
    FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(archive).toMillis() + 1000);
    Files.setLastModifiedTime(root.resolve("edge-agent/target/lib/part.jar"), later);
  }

  long dumps() throws IOException {
    return lines(root.resolve("dumps"), "dump");
  }

  long starts() throws IOException {
    return lines(root.resolve("starts"), "with");
  }

  long startsWithArchive() throws IOException {
    return starts() - lines(root.resolve("starts"), "without");
  }

  /// How many of the programs have said this.
  long said(String words) throws IOException {
    long count = 0;
    try (Stream<Path> files = Files.list(root)) {
      for (Path err : files.filter(file -> file.toString().endsWith(".err")).toList()) {
        count += lines(err, words);
      }
    }
    return count;
  }

  /// What a test waits for, of this tree.
  interface Sight {
    boolean isThere() throws IOException;
  }

  void await(String what, Sight sight) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!sight.isThere() && System.nanoTime() < end) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    assertTrue(sight.isThere(), what);
  }

  private static long lines(Path file, String words) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> line.contains(words)).count();
    }
  }
}
