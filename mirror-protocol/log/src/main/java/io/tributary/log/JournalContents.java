package io.tributary.log;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The streams and the state of a journal. The writer knows all of it, the open group's streams included; the others see
/// the durable streams.
final class JournalContents {
  private final Map<Long, TrackedStream> streams;
  private final Map<String, byte[]> state;

  /// Read by any thread.
  private volatile long stateBytes;

  /// The stream that was asked for last: readings come in runs.
  private @Nullable TrackedStream last;

  /// By id, in the order in which they were created; replaced, never changed in place.
  private volatile Map<Long, TrackedStream> durableStreams;

  JournalContents(Map<Long, TrackedStream> streams, Map<String, byte[]> state) {
    this.streams = streams;
    this.state = state;
    this.durableStreams = copy(streams);
    state.forEach((key, value) -> count(key, null, value));
  }

  /// Adds a stream that the open group bears.
  void add(TrackedStream stream) {
    streams.put(stream.id(), stream);
  }

  /// Takes out a stream that no group has born.
  void remove(TrackedStream stream) {
    streams.remove(stream.id());
    last = null;
  }

  @Nullable TrackedStream find(long streamId) {
    return streams.get(streamId);
  }

  /// A stream of the writer.
  TrackedStream stream(long streamId) {
    TrackedStream found = last;
    if (found == null || found.id() != streamId) {
      found = streams.get(streamId);
      if (found == null) {
        throw new IllegalArgumentException("no stream " + streamId);
      }
      last = found;
    }
    return found;
  }

  /// All streams of the writer; the collection goes on with them.
  Collection<TrackedStream> streams() {
    return streams.values();
  }

  @Nullable TrackedStream durableStream(long streamId) {
    return durableStreams.get(streamId);
  }

  Collection<TrackedStream> durableStreams() {
    return durableStreams.values();
  }

  /// As of the last commit.
  Map<String, byte[]> state() {
    return Collections.unmodifiableMap(state);
  }

  long stateBytes() {
    return stateBytes;
  }

  boolean hasStateFor(long moreBytes) {
    return stateBytes + moreBytes <= LogLimits.STATE_BYTES;
  }

  /// A group is durable: takes in its changes and lets the others see its streams.
  void commit(OpenGroup group) {
    boolean isStreamBorn = false;
    for (Change change : group.changes()) {
      switch (change) {
        case Change.StreamCreated created -> isStreamBorn = true;
        case Change.StreamSealed sealed -> stream(sealed.streamId()).setSeal(sealed.seal());
        case Change.StateSet set ->
            count(set.key(), state.put(set.key(), set.value()), set.value());
        case Change.StateRemoved removed -> count(removed.key(), state.remove(removed.key()), null);
        case Change.GapDeclared declared -> {} // known since it was declared
        case Change.Acked acked -> {} // known since it was acknowledged
      }
    }
    for (TrackedStream stream : group.touched()) {
      stream.publish();
    }
    if (isStreamBorn) {
      durableStreams = copy(streams);
    }
  }

  /// In their order, which `Map.copyOf` changes from one process to the next: what walks over them does so in the same way
  /// in every run of a simulation.
  private static Map<Long, TrackedStream> copy(Map<Long, TrackedStream> streams) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(streams));
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void count(String key, byte @Nullable [] before, byte @Nullable [] after) {
    stateBytes -= before == null ? 0 : bytes(key, before);
    stateBytes += after == null ? 0 : bytes(key, after);
  }

  private static int bytes(String key, byte[] value) {
    return LogLimits.STATE_ENTRY_BYTES + key.length() + value.length;
  }
}
