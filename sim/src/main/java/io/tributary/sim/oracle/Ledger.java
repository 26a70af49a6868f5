package io.tributary.sim.oracle;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a device wrote down at the moment of each acknowledgement: the oracle's side of the truth.
///
/// ```
/// {"ledger":1,"key":"sensors/m1/temperature","client":"m1","qos":2}
/// ack TAB seq TAB payload         acknowledged, in the order of the acknowledgements
/// again TAB seq                   the connection broke before its acknowledgement: it may be
///                                 published twice
/// ```
///
/// A file of a fleet has version 2 and many keys: see [FleetLedger].
///
/// @param key the MQTT topic that was published to, which is the record's key at the hub
/// @param acked payload by sequence number
/// @param again what a QoS 1 publisher may rightly have delivered twice
/// @param anew what may rightly be delivered twice at any QoS: the broker had lost the session
public record Ledger(
    String key, int qos, Map<Long, String> acked, Set<Long> again, Set<Long> anew) {

  /// Of a device whose broker has never lost its session.
  public Ledger(String key, int qos, Map<Long, String> acked, Set<Long> again) {
    this(key, qos, acked, again, Set.of());
  }

  /// Whether a reading may be there more than once.
  public boolean mayRepeat(long seq) {
    return (qos == 1 && again.contains(seq)) || anew.contains(seq);
  }

  /// Reads a ledger file of a device, or of a fleet.
  ///
  /// @throws IOException when it cannot be read, or is no ledger; says the line
  public static List<Ledger> readAll(Path file) throws IOException {
    return FleetLedger.isOne(file) ? FleetLedger.read(file) : List.of(read(file));
  }

  /// Reads a ledger file.
  ///
  /// @throws IOException when it cannot be read, or is no ledger; says the line
  public static Ledger read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String first = reader.readLine();
      JsonObject head;
      try {
        head = JsonParser.object().from(first == null ? "" : first);
      } catch (JsonParserException e) {
        throw new IOException(file + ":1: is not the first line of a ledger", e);
      }
      Map<Long, String> acked = new LinkedHashMap<>();
      Set<Long> again = new HashSet<>();
      int number = 1;
      for (String line; (line = reader.readLine()) != null; ) {
        number++;
        String[] words = line.split("\t", 3);
        if (words.length == 3 && words[0].equals("ack")) {
          acked.put(Long.parseLong(words[1]), words[2]);
        } else if (words.length == 2 && words[0].equals("again")) {
          again.add(Long.parseLong(words[1]));
        } else {
          throw new IOException(file + ":" + number + ": is no line of a ledger: " + line);
        }
      }
      return new Ledger(head.getString("key"), head.getInt("qos"), acked, again);
    }
  }

  /// Writes a ledger line by line; each line is handed to the operating system before the call
  /// returns. Any thread.
  public static final class Recorder implements AutoCloseable {
    private final Writer out;
    private long acked;

    /// Starts a new ledger; an older file of that name is replaced.
    public Recorder(Path file, String key, String client, int qos) throws IOException {
      out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
      out.write(
          JsonWriter.string()
              .object()
              .value("ledger", 1)
              .value("key", key)
              .value("client", client)
              .value("qos", qos)
              .end()
              .done());
      out.write('\n');
      out.flush();
    }

    public synchronized void ack(long seq, String payload) throws IOException {
      out.write("ack\t" + seq + "\t" + payload + "\n");
      out.flush();
      acked++;
    }

    public synchronized void again(long seq) throws IOException {
      out.write("again\t" + seq + "\n");
      out.flush();
    }

    public synchronized long acked() {
      return acked;
    }

    @Override
    public synchronized void close() throws IOException {
      out.close();
    }
  }
}
