package io.tributary.adapter.serial.nmea;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the sentences of a line. Each begins at a `$` or `!`, which stand nowhere else, so a half sentence does not spoil the whole one
/// that follows it; each is judged for itself. What stands before the first is a tag block or nothing that is known.
public final class Sentences {
  /// The pieces of one line, in their order.
  ///
  /// @param foreign whether the line has characters that are in no sentence and no tag block
  public record Found(List<Piece> pieces, boolean foreign) {}

  /// A sentence, or what was meant to be one.
  public sealed interface Piece {
    /// Its checksum was right, or it has none and needs none.
    record Whole(Sentence sentence) implements Piece {}

    /// It says nothing that could be trusted.
    record Damaged(SentenceFault fault, String text) implements Piece {}
  }

  private static final Pattern STARTS = Pattern.compile("(?=[$!])");
  private static final Pattern SHAPE =
      Pattern.compile("[$!]([A-Z0-9]{3,})((?:,[^*]*)?)(?:\\*([0-9A-Fa-f]{2}))?");
  private static final Pattern TAG = Pattern.compile("\\\\([^*\\\\]*)\\*([0-9A-Fa-f]{2})\\\\");

  private Sentences() {}

  /// Takes a line without its end.
  ///
  /// @param mustBeChecked whether a sentence without a checksum is damaged
  public static Found of(byte[] line, boolean mustBeChecked) {
    String text = new String(line, StandardCharsets.ISO_8859_1);
    List<Piece> pieces = new java.util.ArrayList<>(1);
    boolean foreign = false;
    String tag = "";
    for (String part : STARTS.split(text, -1)) {
      if (part.startsWith("$") || part.startsWith("!")) {
        pieces.add(piece(part, tag, mustBeChecked));
        tag = "";
      } else {
        Matcher block = TAG.matcher(part);
        boolean isTag = block.matches() && isRight(block.group(1), block.group(2));
        tag = isTag ? block.group(1) : "";
        foreign |= !isTag && !part.isBlank();
      }
    }
    return new Found(List.copyOf(pieces), foreign);
  }

  private static Piece piece(String text, String tag, boolean mustBeChecked) {
    Matcher shape = SHAPE.matcher(text);
    if (!isPrintable(text)) {
      return new Piece.Damaged(SentenceFault.MALFORMED, text);
    }
    if (!shape.matches()) {
      boolean isCut = text.indexOf('*') < 0;
      return new Piece.Damaged(
          isCut && mustBeChecked ? SentenceFault.UNCHECKED : SentenceFault.MALFORMED, text);
    }
    String checksum = shape.group(3);
    if (checksum == null && mustBeChecked) {
      return new Piece.Damaged(SentenceFault.UNCHECKED, text);
    }
    if (checksum != null && !isRight(text.substring(1, text.indexOf('*')), checksum)) {
      return new Piece.Damaged(SentenceFault.CHECKSUM, text);
    }
    String fields = shape.group(2);
    return new Piece.Whole(
        new Sentence(
            text,
            shape.group(1),
            fields.isEmpty() ? List.of() : List.of(fields.substring(1).split(",", -1)),
            tag));
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  private static boolean isRight(String characters, String checksum) {
    return characters.chars().reduce(0, (a, b) -> a ^ b) == Integer.parseInt(checksum, 16);
  }
}
