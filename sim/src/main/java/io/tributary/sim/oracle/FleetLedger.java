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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

/// The ledgers of a fleet in one file, since thousands of devices would else need thousands of open files. One thread.
///
/// ```
/// {"ledger":2,"qos":1}
/// key TAB 0 TAB devices/d00001/temperature   the number stands for this key from here on
/// ack TAB 0 TAB seq TAB payload              acknowledged, in the order of the acknowledgements
/// again TAB 0 TAB seq                        sent again: it may be there twice at QoS 1
/// anew TAB 0 TAB seq                         the broker had lost the session: it may be there twice at any QoS
/// ```
public final class FleetLedger implements AutoCloseable {
  private static final int VERSION = 2;

  private final Writer out;

  /// Starts a new ledger; an older file of that name is replaced.
  public FleetLedger(Path file, int qos) throws IOException {
    out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    out.write(JsonWriter.string().object().value("ledger", VERSION).value("qos", qos).end().done());
    out.write('\n');
  }

  /// @param number from 0 on, each once
  /// @param key the MQTT topic
  public void key(int number, String key) throws IOException {
    out.write("key\t" + number + "\t" + key + "\n");
  }

  public void ack(int number, long seq, byte[] payload) throws IOException {
    out.write("ack\t" + number + "\t" + seq + "\t");
    out.write(new String(payload, StandardCharsets.UTF_8));
    out.write('\n');
  }

  public void again(int number, long seq) throws IOException {
    out.write("again\t" + number + "\t" + seq + "\n");
  }

  public void anew(int number, long seq) throws IOException {
    out.write("anew\t" + number + "\t" + seq + "\n");
  }

  /// Hands all lines to the operating system.
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  static boolean isOne(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      JsonObject head = JsonParser.object().from(String.valueOf(reader.readLine()));
      return head.getInt("ledger", 0) == VERSION;
    } catch (JsonParserException e) {
      return false;
    }
  }

  static List<Ledger> read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int qos = JsonParser.object().from(reader.readLine()).getInt("qos");
      List<Ledger> ledgers = new ArrayList<>();
      int number = 1;
      for (String line; (line = reader.readLine()) != null; ) {
        number++;
        try {
          take(ledgers, qos, line.split("\t", 4));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
          throw new IOException(
              file + ":" + number + ": is no line of a fleet's ledger: " + line, e);
        }
      }
      return ledgers;
    } catch (JsonParserException e) {
      throw new IOException(file + ":1: is not the first line of a ledger", e);
    }
  }

  private static void take(List<Ledger> ledgers, int qos, String[] words) {
    int device = Integer.parseInt(words[1]);
    switch (words[0]) {
      case "key" -> {
        if (device != ledgers.size()) {
          throw new IndexOutOfBoundsException(device);
        }
        ledgers.add(
            new Ledger(words[2], qos, new LinkedHashMap<>(), new HashSet<>(), new HashSet<>()));
      }
      case "ack" -> ledgers.get(device).acked().put(Long.parseLong(words[2]), words[3]);
      case "again" -> ledgers.get(device).again().add(Long.parseLong(words[2]));
      case "anew" -> ledgers.get(device).anew().add(Long.parseLong(words[2]));
      default -> throw new IndexOutOfBoundsException(words[0]);
    }
  }
}
