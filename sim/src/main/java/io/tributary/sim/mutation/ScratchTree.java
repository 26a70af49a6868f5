package io.tributary.sim.mutation;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// A copy of the tracked sources that a mutation is applied to, and the classes that come of it. Goes when it is closed.
final class ScratchTree implements AutoCloseable {
  private static final String RELEASE = "21";

  /// The annotations that the compiler needs, and no program runs with.
  private static final Map<String, String> STUBS =
      Map.of(
          "Nullable",
          "@java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE) public @interface Nullable {}",
          "NullMarked",
          "public @interface NullMarked {}");

  private final Path directory;
  private final Path sources;
  private final Path classes;

  /// Copies what is tracked below a root, as it is there now.
  ScratchTree(Path root) throws IOException, InterruptedException {
    directory = Files.createTempDirectory("tributary-mutation");
    sources = Files.createDirectories(directory.resolve("tree"));
    classes = Files.createDirectories(directory.resolve("classes"));
    for (String file : git(root, "ls-files", "*/src/main/java/*.java").lines().toList()) {
      Path from = root.resolve(file);
      if (Files.exists(from)) {
        Path to = sources.resolve(file);
        Files.createDirectories(to.getParent());
        Files.copy(from, to);
      }
    }
  }

  Path directory() {
    return directory;
  }

  /// The root of the tree that a directory lies in.
  static Path rootOf(Path directory) throws IOException, InterruptedException {
    return Path.of(git(directory, "rev-parse", "--show-toplevel").strip());
  }

  /// @throws IOException when it does not fit, for instance because the code has changed
  void apply(Mutation mutation) throws IOException, InterruptedException {
    git(sources, "apply", mutation.patch().toAbsolutePath().toString());
  }

  /// Whether a mutation could be applied; changes nothing.
  ///
  /// @throws IOException when it could not
  void check(Mutation mutation) throws IOException, InterruptedException {
    git(sources, "apply", "--check", mutation.patch().toAbsolutePath().toString());
  }

  /// Compiles what a mutation has changed; everything else comes from the class path.
  ///
  /// @return where the changed classes lie
  Path compile(Mutation mutation, String classPath) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IOException("this Java has no compiler: a JDK is needed");
    }
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> stub : STUBS.entrySet()) {
      Path file = directory.resolve("stubs").resolve(stub.getKey() + ".java");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "package org.jspecify.annotations; " + stub.getValue());
      files.add(file);
    }
    mutation.files().forEach(file -> files.add(sources.resolve(file)));
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "--release",
              RELEASE,
              "-nowarn",
              "-proc:none",
              "-cp",
              classPath,
              "-d",
              classes.toString());
      boolean isDone =
          compiler
              .getTask(
                  said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
              .call();
      if (!isDone) {
        throw new IOException(mutation.name() + " does not compile: " + said);
      }
    }
    return classes;
  }

  /// The tree's own repository must not be looked for above the copy.
  private static String git(Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.redirectErrorStream(true);
    if (arguments[0].equals("apply")) {
      builder.environment().put("GIT_CEILING_DIRECTORIES", String.valueOf(directory.getParent()));
    }
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("git " + String.join(" ", arguments) + ": " + said.strip());
    }
    return said;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
