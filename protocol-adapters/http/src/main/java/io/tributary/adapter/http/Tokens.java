package io.tributary.adapter.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The bearer tokens (RFC 6750) that let clients in. A file holds one in each line; empty lines, and lines that begin with `#`, are
/// passed over.
///
/// A candidate is compared by its digest, with each token, to the end: the time that it takes tells nothing of them.
final class Tokens {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
  private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");

  private final List<byte[]> digests;

  private Tokens(List<byte[]> digests) {
    this.digests = List.copyOf(digests);
  }

  /// @throws IOException when the file cannot be used; says why, and what to do
  static Tokens read(Path file) throws IOException {
    String what = "token-file " + file + " ";
    String text;
    try {
      if (Files.size(file) > Bounds.TOKEN_FILE_BYTES) {
        throw new IOException(what + "is larger than " + Bounds.TOKEN_FILE_BYTES + " B");
      }
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new IOException(what + "is not there: write it, with one token in each line", e);
    }
    List<byte[]> digests = new ArrayList<>();
    List<String> lines = text.lines().map(String::strip).toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.length() < Bounds.TOKEN_CHARACTERS_LEAST || !TOKEN.matcher(line).matches()) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%sline %d is no token: at least %d of the characters a-z A-Z 0-9 . _ ~ + / -, such as 'openssl rand -hex 32' makes",
                what,
                i + 1,
                Bounds.TOKEN_CHARACTERS_LEAST));
      }
      digests.add(digest(line));
    }
    if (digests.isEmpty()) {
      throw new IOException(what + "has no token: write one in each line");
    }
    return new Tokens(digests);
  }

  /// Whether a header `Authorization` bears one of them.
  boolean isLetIn(@Nullable String authorization) {
    Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
    byte[] candidate = digest(bearer.matches() ? bearer.group(1) : "");
    boolean isKnown = false;
    for (byte[] digest : digests) {
      isKnown |= MessageDigest.isEqual(digest, candidate);
    }
    return isKnown;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
