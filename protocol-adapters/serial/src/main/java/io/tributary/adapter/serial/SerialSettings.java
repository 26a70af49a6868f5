package io.tributary.adapter.serial;

import io.tributary.adapter.Counts;
import io.tributary.adapter.measurement.Envelope;
import io.tributary.adapter.serial.port.PortSettings;
import io.tributary.settings.Section;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// What the owner of the edge writes for a serial line.
///
/// @param framing how lines and raw bytes are cut; NMEA and P1 have their own
/// @param source null: the adapter's name
/// @param staleAfter null: never
record SerialSettings(
    PortSettings port,
    Envelope envelope,
    Decode decode,
    Framing framing,
    int longest,
    boolean mustBeChecked,
    @Nullable Pattern pattern,
    @Nullable String unit,
    @Nullable String source,
    @Nullable Duration staleAfter) {
  /// What the bytes mean.
  enum Decode {
    LINES,
    RAW,
    NMEA,
    P1
  }

  private enum Checksum {
    REQUIRED,
    OPTIONAL
  }

  /// How frames are told from each other.
  sealed interface Framing {
    @SuppressWarnings("ArrayRecordComponent") // nobody compares framings
    record Delimiter(byte[] bytes) implements Framing {}

    record Length(int bytes, Duration gap) implements Framing {}

    record Gap(Duration gap) implements Framing {}

    @SuppressWarnings("ArrayRecordComponent")
    record Enclosed(byte[] start, byte[] stop) implements Framing {}
  }

  private static final Framing LINE_FEED = new Framing.Delimiter(new byte[] {'\n'});
  private static final Duration GAP = Duration.ofMillis(50);
  private static final int TELEGRAM_BYTES = 16 << 10;
  private static final int FRAME_BYTES = 4 << 10;
  private static final int FRAME_BYTES_MOST = 256 << 10;
  private static final int WORD_BYTES_MOST = 16;

  static SerialSettings read(Section section) {
    Decode decode = section.oneOf("decode", Decode.class, Decode.LINES);
    boolean isText = decode == Decode.LINES;
    Checksum checksum = section.oneOf("checksum", Checksum.class, Checksum.REQUIRED);
    return new SerialSettings(
        PortSettings.read(
            section,
            switch (decode) {
              case LINES, RAW -> 9600;
              case NMEA -> 4800;
              case P1 -> 115_200;
            },
            PortSettings.Parity.NONE),
        Envelope.read(section),
        decode,
        framing(section, decode),
        (int)
            section.sizeBytes(
                "longest",
                decode == Decode.P1 ? TELEGRAM_BYTES : FRAME_BYTES,
                16,
                FRAME_BYTES_MOST),
        checksum == Checksum.REQUIRED,
        isText ? pattern(section) : null,
        isText ? section.stringOrNull("unit") : null,
        section.stringOrNull("source"),
        section.has("stale-after")
            ? section.duration(
                "stale-after", Duration.ZERO, Duration.ofMillis(100), Duration.ofDays(365))
            : null);
  }

  private static @Nullable Pattern pattern(Section section) {
    String text = section.stringOrNull("pattern");
    if (text == null) {
      return null;
    }
    try {
      Pattern pattern = Pattern.compile(text);
      if (pattern.namedGroups().containsKey(LineDecoder.VALUE)) {
        return pattern;
      }
    } catch (PatternSyntaxException e) {
      section.refuse("pattern", "is no regular expression: " + e.getDescription());
      return null;
    }
    section.refuse(
        "pattern", "has no group (?<value>...); it may have (?<unit>...) and (?<source>...), too");
    return null;
  }

  private static Framing framing(Section section, Decode decode) {
    if (decode == Decode.NMEA || decode == Decode.P1) {
      return LINE_FEED;
    }
    Section keys = section.section("framing");
    boolean isEnclosed = keys.has("start") || keys.has("stop");
    boolean isDelimited = keys.has("delimiter");
    boolean isCounted = keys.has("length");
    boolean isGap = keys.has("gap") && !isCounted;
    int ways = (isEnclosed ? 1 : 0) + (isDelimited ? 1 : 0) + (isCounted ? 1 : 0) + (isGap ? 1 : 0);
    if (ways > 1 || (ways == 0 && decode == Decode.RAW)) {
      section.refuse(
          "framing",
          "must have either delimiter, or length (and perhaps gap), or gap, or start and stop");
    }
    if (isEnclosed) {
      return new Framing.Enclosed(bytes(keys, "start"), bytes(keys, "stop"));
    }
    if (isCounted) {
      return new Framing.Length(keys.integer("length", 1, 1, FRAME_BYTES_MOST), gap(keys));
    }
    if (isGap) {
      return new Framing.Gap(gap(keys));
    }
    return isDelimited ? new Framing.Delimiter(bytes(keys, "delimiter")) : LINE_FEED;
  }

  private static Duration gap(Section keys) {
    return keys.duration("gap", GAP, Duration.ofMillis(2), Duration.ofMinutes(1));
  }

  /// Characters, or `0x` and hexadecimal digits.
  private static byte[] bytes(Section keys, String key) {
    String text = keys.string(key);
    try {
      byte[] bytes =
          text.startsWith("0x")
              ? HexFormat.of().parseHex(text.substring(2))
              : text.getBytes(StandardCharsets.UTF_8);
      if (bytes.length >= 1 && bytes.length <= WORD_BYTES_MOST) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      keys.refuse(key, "is '" + text + "' but 0x must be followed by pairs of hexadecimal digits");
      return new byte[] {'\n'};
    }
    if (!text.isEmpty()) {
      keys.refuse(key, "is '" + text + "' but must be 1 to " + WORD_BYTES_MOST + " bytes");
    }
    return new byte[] {'\n'};
  }

  String sourceOr(String adapter) {
    return source == null ? adapter : source;
  }

  Framer framer() {
    return switch (decode) {
      case NMEA -> new DelimitedFramer(new byte[] {'\n'}, longest);
      case P1 -> new TelegramFramer(longest);
      case LINES, RAW ->
          switch (framing) {
            case Framing.Delimiter(byte[] bytes) -> new DelimitedFramer(bytes, longest);
            case Framing.Length(int bytes, Duration gap) -> new CountedFramer(bytes, gap.toNanos());
            case Framing.Gap(Duration gap) -> new GapFramer(gap.toNanos(), longest);
            case Framing.Enclosed(byte[] start, byte[] stop) ->
                new EnclosedFramer(start, stop, longest);
          };
    };
  }

  Decoder decoder(String adapter, Counts<Counter> counts) {
    String name = sourceOr(adapter);
    return switch (decode) {
      case LINES -> new LineDecoder(name, pattern, unit, counts);
      case RAW -> new RawDecoder(name, counts);
      case NMEA -> new NmeaDecoder(name, mustBeChecked, counts);
      case P1 -> new TelegramDecoder(name, mustBeChecked, envelope.format(), counts);
    };
  }
}
