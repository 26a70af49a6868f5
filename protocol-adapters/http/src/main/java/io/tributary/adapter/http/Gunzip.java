package io.tributary.adapter.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/// Unpacks `Content-Encoding: gzip` (RFC 1952), no further than a body may grow.
final class Gunzip {
  private static final int STEP_BYTES = 8 << 10;

  /// Behind the packed bytes: their CRC, and their length.
  private static final int TRAILER_BYTES = 8;

  private Gunzip() {}

  /// @param unpacked takes what comes out, and refuses what is too much
  /// @throws RequestRefused when it is too much, damaged, cut short, or something follows it
  static void unpack(Body packed, Body unpacked) throws RequestRefused {
    try (Members members =
        new Members(
            new ByteArrayInputStream(packed.array(), 0, packed.length()),
            Math.max(1, packed.length()))) {
      byte[] step = new byte[STEP_BYTES];
      for (int count; (count = members.read(step)) >= 0; ) {
        unpacked.add(step, count);
      }
      if (members.unread() != TRAILER_BYTES) {
        throw RequestRefused.malformed("its gzip body is followed by something else");
      }
    } catch (EOFException e) {
      throw RequestRefused.malformed("its gzip body is cut short");
    } catch (IOException e) {
      throw RequestRefused.malformed("its gzip body is damaged: " + e.getMessage());
    }
  }

  /// All that follows the header of the first member lies in the inflater's buffer, so that it can be told what no one has read:
  /// the JDK's stream passes over it.
  private static final class Members extends GZIPInputStream {
    Members(InputStream in, int length) throws IOException {
      super(in, length);
    }

    int unread() {
      return inf.getRemaining();
    }
  }
}
