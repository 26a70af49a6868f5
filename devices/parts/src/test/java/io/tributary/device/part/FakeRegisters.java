package io.tributary.device.part;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A chip that is a dump of its registers, and writes down what is written to it.
final class FakeRegisters implements Registers {
  private final TreeMap<Integer, byte[]> dump = new TreeMap<>();
  final List<String> written = new ArrayList<>();
  long pausedMicros;

  void put(int register, byte... bytes) {
    dump.put(register, bytes);
  }

  @Override
  public byte[] read(int register, int count) throws IOException {
    Map.Entry<Integer, byte[]> run = dump.floorEntry(register);
    if (run == null || register - run.getKey() + count > run.getValue().length) {
      throw new IOException("the dump has no register " + register);
    }
    int at = register - run.getKey();
    return Arrays.copyOfRange(run.getValue(), at, at + count);
  }

  @Override
  public void write(int register, byte... bytes) {
    written.add(
        "%02x=%s".formatted(register, HexFormat.of().formatHex(bytes)).toLowerCase(Locale.ROOT));
  }

  @Override
  public void pause(long micros) {
    pausedMicros += micros;
  }
}
