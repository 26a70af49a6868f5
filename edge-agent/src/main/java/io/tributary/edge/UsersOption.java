package io.tributary.edge;

import io.tributary.adapter.mqtt.users.UserFile;
import io.tributary.adapter.mqtt.users.UserRefused;
import io.tributary.settings.Section;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which file of users is meant, and the way in which every command answers its troubles.
final class UsersOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The edge's YAML file, of which only 'users-file' counts.")
  private @Nullable Path config;

  @Option(names = "--users-file", paramLabel = "FILE", description = "The file of users itself.")
  private @Nullable Path usersFile;

  /// What a command does with the file of users.
  interface Work {
    /// @throws UserRefused it cannot be, and why
    void run(UserFile file) throws IOException, UserRefused;
  }

  /// Answers the exit status.
  int with(String command, PrintWriter err, Work work) {
    Path file;
    try {
      file = file();
    } catch (UserRefused e) {
      err.println(command + ": " + e.getMessage());
      return ExitStatus.USAGE;
    } catch (IOException | SettingsRefused e) {
      err.println(command + ": cannot read " + config + ": " + e.getMessage());
      return ExitStatus.USAGE;
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      err.println(
          "%s: there is no directory %s to keep the users in".formatted(command, directory));
      return ExitStatus.USAGE;
    }
    try {
      work.run(new UserFile(file));
      return ExitStatus.DONE;
    } catch (UserRefused e) {
      err.println(command + ": " + e.getMessage());
      return ExitStatus.CHECK_FAILED;
    } catch (IOException e) {
      err.println("%s: the users in %s cannot be read or written: %s".formatted(command, file, e));
      return ExitStatus.WORLD;
    }
  }

  private Path file() throws IOException, SettingsRefused, UserRefused {
    if (usersFile != null) {
      return usersFile;
    }
    if (config == null) {
      throw new UserRefused("name the file with --users-file, or the edge's with --config");
    }
    List<Path> named = new ArrayList<>();
    for (Section adapter : Settings.load(config).section("adapters").entries().values()) {
      Path path = adapter.pathOrNull("users-file");
      if (path != null && !named.contains(path)) {
        named.add(path);
      }
    }
    if (named.size() != 1) {
      throw new UserRefused(
          config
              + (named.isEmpty()
                  ? " names no 'users-file' in an adapter; add it, or name the file with --users-file"
                  : " names several files of users, " + named + "; choose one with --users-file"));
    }
    return named.get(0);
  }
}
