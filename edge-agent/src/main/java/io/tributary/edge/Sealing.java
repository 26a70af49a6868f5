package io.tributary.edge;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.tributary.log.JournalStream;
import io.tributary.session.StreamState;
import io.tributary.session.UplinkEffect;
import io.tributary.session.UplinkStatus;
import io.tributary.session.frame.RefusalCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Resolves a fork when a person asks for it: finds where the topic's stream and the hub's part, and has the journal go on
/// from there with a new stream. Any thread; one at a time.
final class Sealing {
  /// The hub answers a few dozen questions in this time even over a slow link.
  private static final long SEEK_SECONDS = 120;

  private static final long SEAL_SECONDS = 30;

  /// How long the answer waits for a large rest to be moved; it goes on without it.
  private static final long MOVE_SECONDS = 20;

  private final List<JournalAgent> journals;
  private final Supplier<@Nullable UplinkAgent> uplinks;

  Sealing(List<JournalAgent> journals, Supplier<@Nullable UplinkAgent> uplinks) {
    this.journals = journals;
    this.uplinks = uplinks;
  }

  /// What is to be done, or what was done.
  ///
  /// @param provenTo in [provenTo, at) only its acknowledgement says that the hub has it; `at` when all is known
  /// @param at the first offset that goes on as a new stream; below it edge and hub hold the same
  /// @param end behind the last one
  /// @param unprovenTo in [at, unprovenTo) nobody can tell whether the hub has it already; `at` when all is known
  /// @param successor the new stream; empty while it was only looked
  /// @param unmovedRecords what the new stream does not have yet; it comes without a further command
  record Outcome(
      String topic,
      String className,
      long streamId,
      long provenTo,
      long at,
      long end,
      long unprovenTo,
      String successor,
      long unmovedRecords) {
    String toJson() {
      JsonStringWriter json = JsonWriter.string().object();
      json.value("topic", topic).value("class", className);
      json.value("stream", Long.toString(streamId)).value("provenTo", provenTo);
      json.value("at", at).value("end", end);
      json.value("unprovenTo", unprovenTo).value("successor", successor);
      return json.value("unmovedRecords", unmovedRecords).end().done();
    }
  }

  /// Says where the stream and the hub's part, and changes nothing.
  ///
  /// @param trustsAcks as of `Uplink.seekFork`
  /// @throws IOException when there is nothing to be sealed, or the place cannot be found; says why and what to do
  synchronized Outcome look(String topic, boolean trustsAcks) throws IOException {
    Forked forked = find(topic);
    UplinkEffect.ForkFound fork = seek(forked, trustsAcks);
    requireRest(forked, fork);
    return forked.outcome(fork, forked.end(), "", 0);
  }

  /// What was refused for another reason than other readings, a full disk for instance, is tried again.
  private static void requireRest(Forked forked, UplinkEffect.ForkFound fork) throws IOException {
    if (fork.at() >= forked.end()) {
      forked.uplink.questions().reopen(forked.streamId);
      throw new IOException(
          "edge and hub hold the same up to this edge's end, "
              + forked.end()
              + ": nothing is to be sealed; the stream is opened again now, see 'edge status'");
    }
  }

  /// Seals the stream and waits a while for the new one to be whole.
  synchronized Outcome seal(String topic, boolean trustsAcks) throws IOException {
    Forked forked = find(topic);
    UplinkEffect.ForkFound fork = seek(forked, trustsAcks);
    requireRest(forked, fork);
    JournalStream sealed = await(forked.journal.seal(forked.streamId, fork.at()), SEAL_SECONDS);
    long end = sealed.end() + Math.max(0, forked.end() - sealed.end());
    forked.uplink.questions().reopen(forked.streamId);
    sealed = whole(forked, sealed);
    return forked.outcome(
        fork, end, Long.toString(sealed.successor()), Math.max(0, sealed.unmovedRecords()));
  }

  /// The stream when all behind its seal is moved, or how far that has come when the wait is over.
  private static JournalStream whole(Forked forked, JournalStream sealed)
      throws InterruptedIOException {
    CompletableFuture<JournalStream> moved = forked.journal.moved(forked.streamId);
    try {
      return moved.get(MOVE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException | TimeoutException e) {
      moved.cancel(false);
      JournalStream now = forked.journal.journal().stream(forked.streamId);
      return now == null ? sealed : now;
    }
  }

  private static final class Forked {
    private final JournalAgent journal;
    private final UplinkAgent uplink;
    private final String topic;
    private final long streamId;
    private final long lastEnd;

    private Forked(JournalAgent journal, UplinkAgent uplink, JournalStream stream) {
      this.journal = journal;
      this.uplink = uplink;
      this.topic = stream.topic();
      this.streamId = stream.id();
      this.lastEnd = stream.end();
    }

    private long end() {
      JournalStream now = journal.journal().stream(streamId);
      return now == null || now.isSealed() ? lastEnd : now.end();
    }

    private Outcome outcome(
        UplinkEffect.ForkFound fork, long end, String successor, long unmovedRecords) {
      return new Outcome(
          topic,
          journal.className(),
          streamId,
          fork.provenTo(),
          fork.at(),
          end,
          fork.unprovenTo(),
          successor,
          unmovedRecords);
    }
  }

  private Forked find(String topic) throws IOException {
    UplinkAgent uplink = uplinks.get();
    if (uplink == null) {
      throw new IOException("this edge has no hub in its configuration: no stream can be forked");
    }
    UplinkStatus status = uplink.status();
    JournalStream known = null;
    for (JournalAgent journal : journals) {
      JournalStream stream = journal.journal().streams().get(topic);
      if (stream == null) {
        continue;
      }
      known = stream;
      if (isForked(status, stream.id()) && !stream.isSealed()) {
        return new Forked(journal, uplink, stream);
      }
    }
    if (known == null) {
      throw new IOException("this edge has no stream of topic '" + topic + "'; see 'edge status'");
    }
    if (known.isSealed()) {
      throw new IOException(
          "topic '" + topic + "' is sealed already, and what follows is being moved");
    }
    if (status.connection() != UplinkStatus.Connection.CONNECTED) {
      throw new IOException(
          "the hub is not reached ("
              + status.reason()
              + "): only with it can be found where a stream and the hub's part; try again then");
    }
    throw new IOException(
        "topic '" + topic + "' is not forked: there is nothing to be sealed; see 'edge status'");
  }

  static boolean isForked(UplinkStatus.@Nullable Stream stream) {
    return stream != null
        && stream.state() == StreamState.REFUSED
        && stream.refusalCode() == RefusalCode.FORK;
  }

  private static boolean isForked(UplinkStatus status, long streamId) {
    return status.streams().stream()
        .anyMatch(stream -> stream.streamId() == streamId && isForked(stream));
  }

  private static UplinkEffect.ForkFound seek(Forked forked, boolean trustsAcks) throws IOException {
    return await(forked.uplink.questions().seekFork(forked.streamId, trustsAcks), SEEK_SECONDS);
  }

  private static <T> T await(CompletableFuture<T> answer, long seconds) throws IOException {
    try {
      return answer.get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("no answer in " + seconds + " s; see 'edge status', and try again", e);
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("the agent stops");
  }
}
