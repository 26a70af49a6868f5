package io.tributary.device.bus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Pins that a simulator plays, its debounce with them.
final class SimulatedPins implements Pins {
  private final SimulatedLink link;

  SimulatedPins(SimulatedLink link, List<Input> inputs, List<Output> outputs) throws IOException {
    this.link = link;
    try {
      for (Input each : inputs) {
        var unused =
            link.ask(
                "input %d %s %d %d"
                    .formatted(
                        each.pin(),
                        each.pull().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        bit(each.isActiveLow()),
                        each.debounceMicros()),
                "ok");
      }
      for (Output each : outputs) {
        var unused =
            link.ask(
                "output %d %d %d"
                    .formatted(each.pin(), bit(each.isActiveLow()), bit(each.isActive())),
                "ok");
      }
    } catch (IOException e) {
      link.close();
      throw e;
    }
  }

  private static int bit(boolean is) {
    return is ? 1 : 0;
  }

  @Override
  public boolean isActive(int pin) throws IOException {
    return link.ask("level " + pin, "level ").equals("1");
  }

  @Override
  public void set(int pin, boolean active) throws IOException {
    var unused = link.ask("set " + pin + " " + bit(active), "ok");
  }

  @Override
  public List<Edge> edges(int waitMs) throws IOException {
    List<Edge> edges = new ArrayList<>();
    for (String line : link.edges(waitMs)) {
      edges.add(edge(line));
    }
    return edges;
  }

  private static Edge edge(String line) throws IOException {
    String[] words = line.split(" ", -1);
    try {
      return new Edge(
          Integer.parseInt(words[0]),
          words[1].equals("1"),
          Long.parseLong(words[2]),
          Integer.parseInt(words[3]));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("the simulator sent 'edge " + line + "', which is no edge", e);
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
