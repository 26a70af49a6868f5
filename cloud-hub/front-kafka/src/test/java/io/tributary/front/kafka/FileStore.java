package io.tributary.front.kafka;

import io.tributary.record.BatchBytes;
import io.tributary.record.BatchRefused;
import io.tributary.record.BatchView;
import io.tributary.record.Gap;
import io.tributary.record.Limits;
import io.tributary.record.RecordCursor;
import io.tributary.store.AppendReply;
import io.tributary.store.Finding;
import io.tributary.store.Healing;
import io.tributary.store.Partition;
import io.tributary.store.ProduceReply;
import io.tributary.store.RecordsDeleted;
import io.tributary.store.Scrub;
import io.tributary.store.Store;
import io.tributary.store.StoreRefused;
import io.tributary.store.StoreStatus;
import io.tributary.store.StoredBatches;
import io.tributary.store.StreamOpened;
import io.tributary.store.StreamSpec;
import io.tributary.store.StreamStatus;
import io.tributary.store.Subscription;
import io.tributary.store.TimedOffset;
import io.tributary.store.TopicChanged;
import io.tributary.store.TopicCreated;
import io.tributary.store.TopicDeleted;
import io.tributary.store.TopicLimits;
import io.tributary.store.TopicSpec;
import io.tributary.store.TopicStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A store that is read only: each partition is one file, and the test itself puts batches there.
/// It counts what is open, so that a test sees what the front forgot to close.
final class FileStore implements Store {
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger subscriptions = new AtomicInteger();
  private final AtomicInteger lives = new AtomicInteger();
  private final Path directory;
  private final Map<String, TopicStatus> topics = new ConcurrentHashMap<>();
  private final Map<String, List<FilePartition>> partitions = new ConcurrentHashMap<>();

  FileStore(Path directory) {
    this.directory = directory;
  }

  @Override
  public Collection<TopicStatus> topics() {
    return List.copyOf(topics.values());
  }

  @Override
  public @Nullable TopicStatus topic(String name) {
    return topics.get(name);
  }

  @Override
  public TopicStatus createTopic(TopicSpec spec) {
    int count =
        switch (spec.layout()) {
          case io.tributary.store.Layout.Partitions p -> p.count();
          case io.tributary.store.Layout.PerEdge p -> p.reserve();
        };
    List<FilePartition> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String file = spec.name() + "-" + i + "-" + lives.incrementAndGet();
      files.add(new FilePartition(i, directory.resolve(file)));
    }
    TopicStatus topic = new TopicStatus(spec, UUID.randomUUID(), count);
    partitions.put(spec.name(), files);
    topics.put(spec.name(), topic);
    return topic;
  }

  @Override
  public void createTopic(TopicSpec spec, TopicCreated reply) {
    reply.created(createTopic(spec));
  }

  @Override
  public TopicStatus changeLimits(String topic, TopicLimits limits) {
    throw new UnsupportedOperationException("the bounds are the disk's");
  }

  @Override
  public void changeLimits(String topic, UnaryOperator<TopicLimits> change, TopicChanged reply) {
    throw new UnsupportedOperationException("the bounds are the disk's");
  }

  @Override
  public void createPartitions(String topic, int count, TopicChanged reply) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public void deleteRecords(String topic, int partition, long offset, RecordsDeleted reply) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public void deleteTopic(String name, TopicDeleted reply) {
    TopicStatus topic = topics.remove(name);
    if (topic == null) {
      reply.refused(new StoreRefused(StoreRefused.Code.TOPIC_UNKNOWN, "no topic " + name));
      return;
    }
    List<FilePartition> files = partitions.remove(name);
    reply.deleted(topic);
    files.forEach(file -> file.listeners.forEach(Runnable::run));
  }

  @Override
  public Subscription subscribeDeletions(Consumer<TopicStatus> deleted) {
    throw new UnsupportedOperationException("no edge writes here");
  }

  @Override
  public void produce(String topic, int partition, ByteBuffer batch, ProduceReply reply) {
    throw new UnsupportedOperationException("read only");
  }

  FilePartition file(String topic, int index) {
    return partitions.get(topic).get(index);
  }

  @Override
  public @Nullable Partition partition(String topic, int index) {
    List<FilePartition> files = partitions.get(topic);
    return files == null || index < 0 || index >= files.size() ? null : files.get(index);
  }

  @Override
  public Collection<StreamStatus> streams() {
    return List.of();
  }

  @Override
  public StoreStatus status() {
    return new StoreStatus(0, 0, 0, 0, 0, 0, List.of());
  }

  @Override
  public void openStream(
      StreamSpec stream, long edgeEnd, @Nullable TopicSpec ifMissing, StreamOpened reply) {
    throw new UnsupportedOperationException("no edge writes here");
  }

  @Override
  public void append(long streamId, long from, long to, ByteBuffer batch, AppendReply reply) {
    throw new UnsupportedOperationException("no edge writes here");
  }

  @Override
  public void appendGap(long streamId, Gap gap, long digestAtTo, AppendReply reply) {
    throw new UnsupportedOperationException("no edge writes here");
  }

  @Override
  public void tellGap(long streamId, Gap gap, AppendReply reply) {
    throw new UnsupportedOperationException("no edge writes here");
  }

  @Override
  public @Nullable ByteBuffer batchFrom(long streamId, long from) {
    throw new UnsupportedOperationException("no edge writes here");
  }

  @Override
  public boolean isCrowded() {
    return false;
  }

  @Override
  public void onHeld(BiConsumer<Partition, Finding> held) {}

  @Override
  public void whenRelieved(Runnable relieved) {
    relieved.run();
  }

  @Override
  public void close() {
    partitions.values().forEach(files -> files.forEach(FilePartition::close));
  }

  /// A partition in one file, with the position of every batch in memory.
  final class FilePartition implements Partition {
    private final int index;
    private final FileChannel file;
    private final TreeMap<Long, Long> positions = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile long start;
    private volatile long end;
    private volatile StoreRefused.@Nullable Code trouble;
    private volatile boolean broken;

    FilePartition(int index, Path path) {
      this.index = index;
      try {
        this.file =
            FileChannel.open(
                path,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Appends a batch behind the end, as a hub does: the base offset is set in place.
    synchronized void put(ByteBuffer batch) {
      BatchBytes.setBaseOffset(batch, 0, end);
      try {
        positions.put(end, file.size());
        file.write(batch.duplicate(), file.size());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      end = new BatchView().wrap(batch, 0).nextOffset();
      listeners.forEach(Runnable::run);
    }

    /// Moves the start up, as retention does.
    void startAt(long offset) {
      start = offset;
      listeners.forEach(Runnable::run);
    }

    /// Changes one byte of the batch at `offset`, as a bad disk does.
    synchronized void rot(long offset) {
      try {
        ByteBuffer one = ByteBuffer.allocate(1);
        long position = positions.get(offset) + BatchView.HEADER_BYTES + 3;
        file.read(one, position);
        one.put(0, (byte) (one.get(0) ^ 1)).flip();
        file.write(one, position);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public StoredBatches readPresent(long offset, int maxBytes) throws StoreRefused {
      return read(offset, maxBytes);
    }

    @Override
    public boolean isHeld(Finding finding) {
      return false;
    }

    @Override
    public void passOver(Finding finding) {}

    @Override
    public boolean isDeleted() {
      return !partitions.values().stream().anyMatch(files -> files.contains(this));
    }

    /// Every read is refused from now on.
    void fail(StoreRefused.Code code) {
      trouble = code;
    }

    /// Whoever asks for the end finds a bug from now on; whoever waits is woken.
    void breakDown() {
      broken = true;
      listeners.forEach(Runnable::run);
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public long startOffset() {
      return start;
    }

    @Override
    public long endOffset() {
      if (broken) {
        throw new IllegalStateException("a bug, as the test wants it");
      }
      return end;
    }

    @Override
    public long sizeBytes() {
      try {
        return file.size();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public synchronized StoredBatches read(long offset, int maxBytes) throws StoreRefused {
      StoreRefused.Code code = trouble;
      if (code != null) {
        throw new StoreRefused(code, "as the test wants it");
      }
      try {
        if (offset == end) {
          return new FileBatches(file, 0, 0);
        }
        long from = positions.floorEntry(offset).getValue();
        long to = from;
        for (Map.Entry<Long, Long> batch : positions.tailMap(offset, false).entrySet()) {
          if (to > from && batch.getValue() - from > maxBytes) {
            return new FileBatches(file, from, (int) (to - from));
          }
          to = batch.getValue();
        }
        long size = file.size();
        return new FileBatches(
            file, from, (int) ((to > from && size - from > maxBytes ? to : size) - from));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public synchronized @Nullable TimedOffset offsetForTime(long timestampMs) throws StoreRefused {
      try {
        ByteBuffer all = ByteBuffer.allocate((int) file.size());
        file.read(all, 0);
        all.flip();
        BatchView view = new BatchView();
        for (long position : positions.values()) {
          view.wrap(all, (int) position);
          RecordCursor records = view.records(Limits.FROM_EDGE);
          while (!view.isControl() && records.next()) {
            if (records.timestampMs() >= timestampMs) {
              return new TimedOffset(records.timestampMs(), records.offset());
            }
          }
        }
        return null;
      } catch (IOException | BatchRefused e) {
        throw new StoreRefused(StoreRefused.Code.UNREADABLE, "cannot be read", e);
      }
    }

    @Override
    public @Nullable Scrub scrub() {
      throw new UnsupportedOperationException("nothing is scrubbed here");
    }

    @Override
    public Healing heal(Finding finding, List<ByteBuffer> batches) {
      throw new UnsupportedOperationException("nothing is healed here");
    }

    @Override
    public Subscription subscribe(Runnable advanced) {
      listeners.add(advanced);
      subscriptions.incrementAndGet();
      return () -> {
        if (listeners.remove(advanced)) {
          subscriptions.decrementAndGet();
        }
      };
    }

    void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final class FileBatches implements StoredBatches {
    private final FileChannel file;
    private final long from;
    private final int length;
    private boolean closed;

    FileBatches(FileChannel file, long from, int length) {
      this.file = file;
      this.from = from;
      this.length = length;
      open.incrementAndGet();
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
      return file.transferTo(from + position, Math.min(count, length - position), to);
    }

    @Override
    public int readInto(ByteBuffer into, long position) throws IOException {
      int limit = into.limit();
      into.limit((int) Math.min(limit, into.position() + length - position));
      int read = file.read(into, from + position);
      into.limit(limit);
      return read;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }
}
