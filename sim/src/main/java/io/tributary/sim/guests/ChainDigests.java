package io.tributary.sim.guests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonWriter;
import io.tributary.smartmodule.Budget;
import io.tributary.smartmodule.Chain;
import io.tributary.smartmodule.ChainInput;
import io.tributary.smartmodule.ChainOutput;
import io.tributary.smartmodule.DeadLetter;
import io.tributary.smartmodule.ErrorPolicy;
import io.tributary.smartmodule.GuestFailed;
import io.tributary.smartmodule.GuestState;
import io.tributary.smartmodule.Lookback;
import io.tributary.smartmodule.Modules;
import io.tributary.smartmodule.SmartModule;
import io.tributary.smartmodule.SmartModuleRefused;
import io.tributary.smartmodule.Transform;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// Sends each story's records through its chain in this JVM, and prints a line of JSON for each: what came out, as a checksum, and
/// the state that is left.
///
/// In the middle the chain is given up for another that goes on from its state.
///
/// The sign of what arithmetic makes when the result is no number is the one thing that WebAssembly leaves to the machine: an x86
/// sets it, an ARM does not. `state` tells no difference there, `stateBits` does.
public final class ChainDigests {
  /// An emulated machine is slow, which is no fault of a guest.
  private static final Budget BUDGET =
      new Budget(16 << 20, Duration.ofMinutes(5).toNanos(), 4 << 20, 100_000);

  private static final long NAN = Double.doubleToRawLongBits(Double.NaN);
  private static final int NAN_32 = Float.floatToRawIntBits(Float.NaN);

  private static final int LOOK_BACK_RECORDS = 10;
  private static final Lookback LOOK_BACK = new Lookback(LOOK_BACK_RECORDS, null);

  private final Path samples;
  private final Modules modules = Objects.requireNonNull(Modules.find(false), "no engine");

  private ChainDigests(Path samples) {
    this.samples = samples;
  }

  /// @param args the directory of the sample guests
  public static void main(String[] args) throws IOException, SmartModuleRefused, GuestFailed {
    ChainDigests digests = new ChainDigests(Path.of(args[0]));
    for (ChainStory story : ChainStory.all()) {
      System.out.println(digests.tell(story));
    }
  }

  private String tell(ChainStory story) throws IOException, SmartModuleRefused, GuestFailed {
    long begin = System.nanoTime();
    List<Transform> transforms = transforms(story);
    List<ChainInput> batches = story.kind().batches(story.records());
    MessageDigest outputs = sha256();
    int count = 0;
    int dead = 0;
    Chain chain = start(transforms);
    if (transforms.get(0).lookback() != null) {
      ChainInput first = batches.get(0);
      chain.lookBack(first.behind(first.records().count() - LOOK_BACK_RECORDS));
    }
    try (DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), outputs))) {
      for (int i = 0; i < batches.size(); i++) {
        if (i == batches.size() / 2) {
          byte[] state = chain.save();
          chain = start(transforms);
          chain.restore(state);
        }
        ChainInput rest = batches.get(i);
        while (!rest.records().isEmpty()) {
          ChainOutput output = chain.process(rest);
          write(output, out);
          count += output.count();
          dead += output.deadLetters().size();
          rest = rest.behind(output.taken());
        }
      }
    }
    return JsonWriter.string()
        .object()
        .value("story", story.name())
        .value("outputs", count)
        .value("dead", dead)
        .value("output", hex(outputs))
        .value("state", state(chain.save(), transforms, false))
        .value("stateBits", state(chain.save(), transforms, true))
        .value("millis", (System.nanoTime() - begin) / 1_000_000)
        .end()
        .done();
  }

  private List<Transform> transforms(ChainStory story) throws IOException, SmartModuleRefused {
    List<Transform> transforms = new ArrayList<>();
    for (ChainStory.Link link : story.links()) {
      SmartModule module =
          link.isOfTheCatalogue()
              ? modules.named(link.name())
              : modules
                  .engine()
                  .load(link.name(), Files.readAllBytes(samples.resolve(link.name() + ".wasm")));
      transforms.add(
          new Transform(module, link.params(), module.hasLookBack() ? LOOK_BACK : null, BUDGET));
    }
    return transforms;
  }

  private Chain start(List<Transform> transforms) throws GuestFailed {
    return Chain.start(modules.engine(), transforms, ErrorPolicy.DEAD_LETTER, line -> {});
  }

  private static void write(ChainOutput output, DataOutputStream out) throws IOException {
    for (int i = 0; i < output.count(); i++) {
      out.writeInt(output.origin(i));
      out.writeLong(output.timestampMs(i));
      byte[] key = output.key(i);
      out.writeInt(key == null ? -1 : key.length);
      if (key != null) {
        out.write(key);
      }
      byte[] value = output.value(i);
      out.writeInt(value.length);
      out.write(value);
    }
    for (DeadLetter letter : output.deadLetters()) {
      out.writeInt(letter.origin());
      out.writeUTF(letter.module());
      out.writeUTF(letter.reason().name());
      // What a trap is called is the JVM's word; a hint is the guest's.
      out.write(
          (letter.reason() == GuestFailed.Reason.RECORD ? letter.text() : "").getBytes(UTF_8));
    }
  }

  /// Of what is in the memories and globals: how well it was deflated is each JVM's own affair.
  ///
  /// @param bits as they are, with the signs of what is no number
  private static String state(byte[] saved, List<Transform> transforms, boolean bits)
      throws IOException {
    MessageDigest digest = sha256();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved));
        DataOutputStream out =
            new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      out.writeByte(in.readByte()); // version
      out.writeByte(in.readByte()); // guests
      for (int i = 0; i < transforms.size(); i++) {
        out.writeUTF(in.readUTF());
        GuestState state = GuestState.read(in, BUDGET.memoryPages());
        for (long global : state.globals()) {
          out.writeLong(!bits && global == (NAN | Long.MIN_VALUE) ? NAN : global);
        }
        out.write(bits ? state.memory() : withoutSigns(state.memory()));
        out.write(in.readNBytes(in.readInt())); // what has accumulated
      }
    }
    return hex(digest);
  }

  /// A memory in which nothing that is no number has a sign, as far as that can be known of bytes without types.
  private static byte[] withoutSigns(byte[] memory) {
    ByteBuffer words = ByteBuffer.wrap(memory.clone()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < memory.length; at += Integer.BYTES) {
      if (at % Long.BYTES == 0 && words.getLong(at) == (NAN | Long.MIN_VALUE)) {
        words.putLong(at, NAN);
      }
      if (words.getInt(at) == (NAN_32 | Integer.MIN_VALUE)) {
        words.putInt(at, NAN_32);
      }
    }
    return words.array();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has it", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }
}
