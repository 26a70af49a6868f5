package io.tributary.device.part;

import io.tributary.settings.Settings;
import io.tributary.settings.SettingsRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The registers of one chip at one moment, with the settings of the one who reads them: a file, for tests in two languages.
final class Dump {
  private static final Pattern REGISTER = Pattern.compile("([0-9a-f]{1,2}): ((?:[0-9a-f]{2} ?)+)");
  private static final Pattern TRANSFER = Pattern.compile("send ([0-9a-f]+): ((?:[0-9a-f]{2} ?)+)");
  private static final Pattern KEY = Pattern.compile("([a-z-]+): (.*)");

  final FakeRegisters registers = new FakeRegisters();
  private final Map<String, byte[]> answers = new HashMap<>();
  private final Map<String, String> keys = new HashMap<>();

  Dump(Path file) throws IOException {
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      Matcher register = REGISTER.matcher(line);
      Matcher transfer = TRANSFER.matcher(line);
      Matcher key = KEY.matcher(line);
      if (register.matches()) {
        registers.put(Integer.parseInt(register.group(1), 16), bytes(register.group(2)));
      } else if (transfer.matches()) {
        answers.put(transfer.group(1), bytes(transfer.group(2)));
      } else if (key.matches()) {
        keys.put(key.group(1), key.group(2));
      }
    }
  }

  private static byte[] bytes(String text) {
    return HexFormat.ofDelimiter(" ").parseHex(text.strip());
  }

  /// The driver of the dump's chip, which sees the dump.
  Part part() throws SettingsRefused {
    String name = keys.getOrDefault("part", "");
    String settings = keys.getOrDefault("settings", "");
    for (PartType<Registers> each : Parts.I2C) {
      if (each.name().equals(name)) {
        return part(each, settings, registers);
      }
    }
    for (PartType<Transfer> each : Parts.SPI) {
      if (each.name().equals(name)) {
        return part(each, settings, this::answer);
      }
    }
    throw new IllegalArgumentException("no part " + name);
  }

  static <L> Part part(PartType<L> type, String settings, L line) throws SettingsRefused {
    var section = Settings.parse("dump", settings);
    var maker = type.reader().apply(section);
    section.finish();
    return maker.apply(line);
  }

  private byte[] answer(byte... out) throws IOException {
    byte[] answer = answers.get(HexFormat.of().formatHex(out));
    if (answer == null) {
      throw new IOException(
          "the dump has no answer to "
              + HexFormat.of().formatHex(out)
              + ", only to "
              + List.copyOf(answers.keySet()));
    }
    return Arrays.copyOf(answer, answer.length);
  }
}
