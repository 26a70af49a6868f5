package io.tributary.sim.lte;

import io.tributary.sim.plant.SystemCommand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Two network namespaces, one for the edge and one for the hub. They reach each other by the radio
/// only: a VXLAN device in each, shaped by a token bucket, whose packets pass through [Air] here. A veth
/// pair for each, its desk, carries them to us, and our own questions; that is no part of the link.
///
/// ```
///  edge's namespace                                           hub's namespace
///  radio 10.77.0.2 ─ tbf ─ VXLAN ─┐                    ┌─ VXLAN ─ tbf ─ radio 10.77.0.1
///           desk 10.78.1.2 ═ veth ╧ Air (delay, loss) ═╧ veth ═ desk 10.78.2.2
/// ```
///
/// One at a time on one machine: the addresses are always these.
final class Namespaces implements AutoCloseable {
  static final String HUB_RADIO = "10.77.0.1";
  static final String EDGE_DESK = "10.78.1.2";
  static final String HUB_DESK = "10.78.2.2";

  private static final String EDGE_RADIO = "10.77.0.2";
  private static final int MTU = 1_400;
  private static final String OUR_EDGE_DESK = "10.78.1.1";
  private static final String OUR_HUB_DESK = "10.78.2.1";
  private static final int VXLAN_PORT = 4_789;
  private static final int AIR_PORT = 4_790;

  private final String edge;
  private final String hub;
  private final Deque<String[]> undo = new ArrayDeque<>();
  private final List<Air> opened = new ArrayList<>();
  private final Air up;
  private final Air down;

  /// @throws IOException when this machine does not permit it; says which command failed
  Namespaces(int kilobitsPerSecond, long roundTripMs, double loss, long seed)
      throws IOException, InterruptedException {
    String tag = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
    edge = "tributary-e" + tag;
    hub = "tributary-h" + tag;
    try {
      for (String each : List.of(edge, hub)) {
        run("ip", "netns", "add", each);
        undo.push(new String[] {"ip", "netns", "del", each});
        run("ip", "-n", each, "link", "set", "lo", "up");
      }
      desk(edge, "de" + tag, OUR_EDGE_DESK, EDGE_DESK);
      desk(hub, "dh" + tag, OUR_HUB_DESK, HUB_DESK);
      radio(edge, EDGE_RADIO, OUR_EDGE_DESK, kilobitsPerSecond);
      radio(hub, HUB_RADIO, OUR_HUB_DESK, kilobitsPerSecond);
      InetSocketAddress atEdge = new InetSocketAddress(EDGE_DESK, VXLAN_PORT);
      InetSocketAddress atHub = new InetSocketAddress(HUB_DESK, VXLAN_PORT);
      InetSocketAddress fromEdge = new InetSocketAddress(OUR_EDGE_DESK, AIR_PORT);
      InetSocketAddress fromHub = new InetSocketAddress(OUR_HUB_DESK, AIR_PORT);
      up = new Air(fromEdge, atHub, roundTripMs / 2, loss, seed);
      opened.add(up);
      down = new Air(fromHub, atEdge, roundTripMs / 2, loss, seed + 1);
      opened.add(down);
    } catch (IOException e) {
      undoAll();
      throw e;
    }
  }

  List<String> inEdge() {
    return List.of("ip", "netns", "exec", edge);
  }

  List<String> inHub() {
    return List.of("ip", "netns", "exec", hub);
  }

  /// From the edge to the hub.
  Air up() {
    return up;
  }

  /// From the hub to the edge.
  Air down() {
    return down;
  }

  private void radio(String namespace, String address, String air, int kilobits)
      throws IOException, InterruptedException {
    String device = "radio";
    List<String> vxlan =
        List.of("type", "vxlan", "id", "77", "dstport", "" + VXLAN_PORT, "nolearning");
    List<String> add = new ArrayList<>(List.of("ip", "-n", namespace, "link", "add", device));
    add.addAll(vxlan);
    run(add.toArray(String[]::new));
    run(
        "ip",
        "netns",
        "exec",
        namespace,
        "bridge",
        "fdb",
        "append",
        "00:00:00:00:00:00",
        "dev",
        device,
        "dst",
        air,
        "port",
        "" + AIR_PORT);
    run("ip", "-n", namespace, "addr", "add", address + "/24", "dev", device);
    run("ip", "-n", namespace, "link", "set", device, "mtu", "" + MTU, "up");
    run(
        "tc",
        "-n",
        namespace,
        "qdisc",
        "add",
        "dev",
        device,
        "root",
        "tbf",
        "rate",
        kilobits + "kbit",
        "burst",
        "" + 2 * MTU,
        "latency",
        "2s");
  }

  private void desk(String namespace, String device, String ours, String theirs)
      throws IOException, InterruptedException {
    String inside = device + "i";
    run("ip", "link", "add", device, "type", "veth", "peer", "name", inside);
    undo.push(new String[] {"ip", "link", "del", device});
    run("ip", "addr", "add", ours + "/24", "dev", device);
    run("ip", "link", "set", device, "up");
    run("ip", "link", "set", inside, "netns", namespace);
    run("ip", "-n", namespace, "addr", "add", theirs + "/24", "dev", inside);
    run("ip", "-n", namespace, "link", "set", inside, "up");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    String refused = SystemCommand.run(command);
    if (refused != null) {
      throw new IOException(refused);
    }
  }

  private void undoAll() {
    opened.forEach(Air::close);
    while (!undo.isEmpty()) {
      SystemCommand.undo(undo.pop());
    }
  }

  @Override
  public void close() {
    undoAll();
  }
}
