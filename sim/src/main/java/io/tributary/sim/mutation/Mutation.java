package io.tributary.sim.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// An error that would break the promise, as a patch of the sources.
///
/// @param files what it changes, relative to the root of the tree
record Mutation(String name, Path patch, List<String> files) {
  private static final String SUFFIX = ".patch";
  private static final String CHANGED = "+++ b/";

  /// All that a directory holds, by name.
  static List<Mutation> in(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      List<Path> patches = found.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList();
      Stream.Builder<Mutation> mutations = Stream.builder();
      for (Path patch : patches) {
        mutations.add(read(patch));
      }
      return mutations.build().toList();
    }
  }

  private static Mutation read(Path patch) throws IOException {
    String file = String.valueOf(patch.getFileName());
    List<String> files =
        Files.readAllLines(patch).stream()
            .filter(line -> line.startsWith(CHANGED))
            .map(line -> line.substring(CHANGED.length()))
            .toList();
    if (files.isEmpty()) {
      throw new IOException(patch + " changes no file");
    }
    return new Mutation(file.substring(0, file.length() - SUFFIX.length()), patch, files);
  }
}
