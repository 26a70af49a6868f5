package io.tributary.hub.users;

import io.tributary.front.kafka.access.UserFile;
import io.tributary.front.kafka.access.UserRefused;
import io.tributary.hub.ExitStatus;
import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say whose users are meant, and the way in which every command answers its troubles.
final class HubDirectory {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The hub's YAML file, of which only data-dir counts.")
  private @Nullable Path config;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The hub's data directory. Default, without --config: tributary-hub.")
  private @Nullable Path dataDirectory;

  /// What a command does with the file of users.
  interface Work {
    /// @throws UserRefused it cannot be, and why
    void run(UserFile file) throws IOException, UserRefused;
  }

  /// Answers the exit status.
  int with(String command, PrintWriter err, Work work) {
    Path directory;
    try {
      directory = directory();
    } catch (IOException | SettingsRefused e) {
      err.println(command + ": cannot read " + config + ": " + e.getMessage());
      return ExitStatus.USAGE;
    }
    if (!Files.isDirectory(directory)) {
      err.println(
          "%s: there is no directory %s: name the hub's with --data-dir or --config, or start the hub once"
              .formatted(command, directory.toAbsolutePath()));
      return ExitStatus.USAGE;
    }
    try {
      work.run(new UserFile(directory));
      return ExitStatus.DONE;
    } catch (UserRefused e) {
      err.println(command + ": " + e.getMessage());
      return ExitStatus.FAILED;
    } catch (IOException e) {
      err.println(
          "%s: the users in %s cannot be read or written: %s".formatted(command, directory, e));
      return ExitStatus.WORLD;
    }
  }

  private Path directory() throws IOException, SettingsRefused {
    Path named = dataDirectory;
    if (named != null) {
      return named;
    }
    return config == null ? Path.of("tributary-hub") : Settings.load(config).path("data-dir");
  }
}
