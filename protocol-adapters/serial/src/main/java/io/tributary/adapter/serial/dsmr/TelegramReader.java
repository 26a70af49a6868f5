package io.tributary.adapter.serial.dsmr;

import io.tributary.adapter.measurement.Measurement;
import io.tributary.adapter.serial.dsmr.Telegram.CosemObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The measurements of a telegram: one for each of its objects, whose source ends with the OBIS code.
///
/// | values of the object | measurement |
/// |---|---|
/// | `(001193*kWh)` | a number with its unit, of the telegram's time |
/// | `(240101120500W)(02390.123*m3)` | the same, of the time before it: meters of gas and water are read once an hour |
/// | `(240101120500W)` | that time |
/// | `(0002)` | the text as written, for leading zeros may mean something |
/// | more, or others | a list of these texts |
public final class TelegramReader {
  private static final Pattern QUANTITY =
      Pattern.compile("([+-]?\\d{1,18}(?:\\.\\d{1,9})?)\\*([^*]+)");
  private static final Pattern TIME =
      Pattern.compile("(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)(\\d\\d)([SW])");
  private static final String CLOCK = "0-0:1.0.0";

  private TelegramReader() {}

  /// Reads all objects.
  ///
  /// @param source of the meter
  public static List<Measurement> measurements(Telegram telegram, String source) {
    Instant now = time(telegram);
    List<Measurement> all = new ArrayList<>();
    for (CosemObject object : telegram.objects()) {
      all.add(
          measurement(object, source + "/" + object.obis(), now)
              .of(
                  ("(" + String.join(")(", object.values()) + ")")
                      .getBytes(StandardCharsets.ISO_8859_1)));
    }
    return all;
  }

  /// The time that a telegram says; null when it says none.
  public static @Nullable Instant time(Telegram telegram) {
    for (CosemObject object : telegram.objects()) {
      if (object.obis().equals(CLOCK)) {
        return time(object.values().getFirst());
      }
    }
    return null;
  }

  private static Measurement measurement(CosemObject object, String source, @Nullable Instant now) {
    List<String> values = object.values();
    Instant own = time(values.getFirst());
    if (values.size() == 2 && own != null && QUANTITY.matcher(values.getLast()).matches()) {
      return quantity(source, values.getLast()).at(own);
    }
    if (values.size() > 1) {
      return Measurement.good(source, values).at(now);
    }
    if (own != null) {
      return Measurement.good(source, own.toString()).at(now);
    }
    return quantity(source, values.getFirst()).at(now);
  }

  private static Measurement quantity(String source, String text) {
    Matcher parts = QUANTITY.matcher(text);
    return parts.matches()
        ? Measurement.good(source, new BigDecimal(parts.group(1))).in(parts.group(2))
        : Measurement.good(source, text);
  }

  /// `YYMMDDhhmmssX` in the time of the Netherlands: S in summer, W in winter (section 6.4). Null where it is none.
  private static @Nullable Instant time(String text) {
    Matcher parts = TIME.matcher(text);
    if (!parts.matches()) {
      return null;
    }
    try {
      return LocalDateTime.of(
              2000 + number(parts, 1),
              number(parts, 2),
              number(parts, 3),
              number(parts, 4),
              number(parts, 5),
              number(parts, 6))
          .toInstant(ZoneOffset.ofHours(parts.group(7).equals("S") ? 2 : 1));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static int number(Matcher parts, int group) {
    return Integer.parseInt(parts.group(group));
  }
}
