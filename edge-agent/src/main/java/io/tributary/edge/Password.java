package io.tributary.edge;

import io.tributary.adapter.mqtt.users.PasswordHash;
import io.tributary.adapter.mqtt.users.UserRefused;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a password comes from: a file's first line, a terminal that does not show it, or the first line of the standard
/// input. Never an argument, which everybody on the machine can see.
final class Password {
  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "Whose first line is the password. Default: it is asked for at a terminal, or is the first line of the"
              + " standard input.")
  private @Nullable Path file;

  /// @throws UserRefused when it is empty, too long, or was typed in two ways
  @SuppressWarnings("SystemConsoleNull") // it is null again since JDK 25 where there is no terminal
  PasswordHash read(String user) throws IOException, UserRefused {
    String password;
    Console console = System.console();
    if (file != null) {
      try (BufferedReader in = Files.newBufferedReader(file)) {
        password = line(in);
      }
    } else if (console != null) {
      password = new String(console.readPassword("Password of %s: ", user));
      if (!password.equals(new String(console.readPassword("The same again: ")))) {
        throw new UserRefused("the two passwords differ; nothing was changed");
      }
    } else {
      password = line(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    }
    if (password.isEmpty() || password.length() > PasswordHash.PASSWORD_CHARS_MOST) {
      throw new UserRefused(
          "a password has 1 to %d characters in one line; it is read from --password-file, a terminal or the standard input"
              .formatted(PasswordHash.PASSWORD_CHARS_MOST));
    }
    return PasswordHash.of(password);
  }

  private static String line(BufferedReader in) throws IOException {
    String line = in.readLine();
    return line == null ? "" : line;
  }
}
