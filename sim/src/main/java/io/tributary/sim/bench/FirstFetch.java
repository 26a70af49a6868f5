package io.tributary.sim.bench;

import io.tributary.sim.plant.Plant;
import io.tributary.sim.plant.Plant.Hub;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// From the start of a hub's process to its first answer to a Kafka fetch that holds records, as a
/// client sees it that tries again and again. Written by hand after Kafka's protocol guide (Fetch,
/// version 4), so that nothing of a client's own start is in the figure.
final class FirstFetch {
  private static final int PAUSE_MS = 2;

  /// A shared machine may be that slow; the figure tells.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int TIMEOUT_MS = 60_000;
  private static final int FETCH = 1;
  private static final int FETCH_VERSION = 4;
  private static final int FETCH_BYTES = 1 << 16;
  private static final int ABORTED_BYTES = 16;

  private FirstFetch() {}

  /// Starts the hub; milliseconds until each of the topics was served from its beginning.
  static double afterStart(Hub hub, List<String> topics, int partitions)
      throws IOException, InterruptedException {
    long started = System.nanoTime();
    hub.program().start();
    byte[] request = request(topics, partitions);
    while (true) {
      try {
        if (topicsServed(Plant.address(hub.kafka()), request) == topics.size()) {
          return (System.nanoTime() - started) / 1e6;
        }
      } catch (IOException e) {
        if (!hub.program().isAlive()) {
          throw new IOException("the hub has ended:\n" + hub.program().endOfLog(), e);
        }
      }
      if (System.nanoTime() - started > PATIENCE.toNanos()) {
        throw new IOException("no fetch was answered:\n" + hub.program().endOfLog());
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
  }

  private static byte[] request(List<String> topics, int partitions) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeShort(FETCH);
    out.writeShort(FETCH_VERSION);
    out.writeInt(1); // correlation id
    out.writeUTF("bench"); // client id
    out.writeInt(-1); // no replica
    out.writeInt(0); // wait for nothing
    out.writeInt(0); // not a byte
    out.writeInt(FETCH_BYTES * topics.size() * partitions);
    out.writeByte(0); // read uncommitted
    out.writeInt(topics.size());
    for (String topic : topics) {
      out.writeUTF(topic);
      out.writeInt(partitions);
      for (int partition = 0; partition < partitions; partition++) {
        out.writeInt(partition);
        out.writeLong(0);
        out.writeInt(FETCH_BYTES);
      }
    }
    return bytes.toByteArray();
  }

  /// How many topics gave records.
  private static int topicsServed(InetSocketAddress address, byte[] request) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(address, TIMEOUT_MS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      new DataOutputStream(frame).writeInt(request.length);
      frame.write(request);
      frame.writeTo(out);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.readInt(); // size
      in.readInt(); // correlation id
      in.readInt(); // throttled
      int served = 0;
      for (int topics = in.readInt(); topics > 0; topics--) {
        in.readUTF();
        boolean hasRecords = false;
        for (int partitions = in.readInt(); partitions > 0; partitions--) {
          in.readInt();
          int error = in.readShort();
          in.readLong(); // high watermark
          in.readLong(); // last stable offset
          in.skipNBytes((long) Math.max(0, in.readInt()) * ABORTED_BYTES);
          int recordBytes = Math.max(0, in.readInt());
          in.skipNBytes(recordBytes);
          hasRecords |= error == 0 && recordBytes > 0;
        }
        served += hasRecords ? 1 : 0;
      }
      return served;
    }
  }
}
