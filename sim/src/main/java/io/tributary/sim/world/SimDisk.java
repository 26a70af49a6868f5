package io.tributary.sim.world;

import io.tributary.log.Disk;
import io.tributary.log.DiskFile;
import io.tributary.log.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk in memory that is as unkind as a disk may be, and no unkinder.
///
/// What was not forced is lost at a power cut, or a part of it, sector by sector and in no order. A name that was
/// created, renamed or deleted outlives the cut only when its directory was forced, or by luck; names change in the
/// order in which they were changed. A force can fail: then the bytes that it should have forced stay readable, but no
/// later force brings them to the medium unless they are written again. Sectors are written whole. Bits flip on demand.
///
/// Everything that chance decides comes from one seeded generator. Confined to one thread.
public final class SimDisk implements Disk {
  /// How often each fault has happened; a run that shows no fault proves nothing.
  public static final class Faults {
    private long powerCuts;
    private long lostSectors;
    private long tornWrites;
    private long lostNames;
    private long failedForces;
    private long refusedWrites;
    private long flippedBits;

    public long powerCuts() {
      return powerCuts;
    }

    /// Written, not forced, gone.
    public long lostSectors() {
      return lostSectors;
    }

    /// Files of which a cut kept some unforced sectors and lost others.
    public long tornWrites() {
      return tornWrites;
    }

    public long lostNames() {
      return lostNames;
    }

    public long failedForces() {
      return failedForces;
    }

    /// For want of room.
    public long refusedWrites() {
      return refusedWrites;
    }

    public long flippedBits() {
      return flippedBits;
    }
  }

  private static final long NEVER = Long.MAX_VALUE;

  /// A change of one directory's names that is not durable yet: each path gets a file, or none.
  private record NameChange(String directory, Map<String, @Nullable SimFile> names) {}

  private final RandomGenerator random;
  private final Faults faults = new Faults();

  /// What the running machine sees, and what is on the medium.
  private final Map<String, SimFile> names = new TreeMap<>();

  private final Map<String, SimFile> durableNames = new TreeMap<>();
  private final List<NameChange> unforced = new ArrayList<>();

  private long capacityBytes = NEVER;
  private int forcesToPass;
  private int forcesToFail;
  private long operationsUntilCut = NEVER;
  private boolean hasPower = true;

  /// Handles of an earlier life of the machine are dead.
  private int life;

  public SimDisk(RandomGenerator random) {
    this.random = random;
  }

  public Faults faults() {
    return faults;
  }

  /// From now on the files hold at most so many bytes in sum; what is there already stays.
  public void setCapacityBytes(long bytes) {
    capacityBytes = bytes;
  }

  public void setUnlimited() {
    capacityBytes = NEVER;
  }

  public long usedBytes() {
    return names.values().stream().mapToLong(SimFile::size).sum();
  }

  /// The next so many forces of files fail.
  public void failForces(int count) {
    forcesToPass = 0;
    forcesToFail = count;
  }

  /// The n-th force of a file from now fails, counted from 1.
  public void failForceAt(int force) {
    forcesToPass = force - 1;
    forcesToFail = 1;
  }

  /// The power goes at the n-th change from now, counted from 1; a write may have been done in part by then.
  public void cutPowerAt(long operations) {
    operationsUntilCut = operations;
  }

  /// The machine loses its power and comes back with what the medium kept. Files that were open are dead.
  public void cutPower() {
    faults.powerCuts++;
    keepSomeNames();
    names.clear();
    names.putAll(durableNames);
    for (SimFile file : names.values()) {
      long kept = file.unforcedSectors();
      long lost = file.losePower(random);
      faults.lostSectors += lost;
      if (lost > 0 && lost < kept) {
        faults.tornWrites++;
      }
    }
    revive();
  }

  /// The process is killed and started again; the machine goes on, so nothing is lost. Files that were open are dead.
  public void killProcess() {
    revive();
  }

  /// Flips one bit of a file on the medium and in memory.
  public void flipBit(String path, long position, int bit) throws IOException {
    find(path).flipBit(position, bit);
    faults.flippedBits++;
  }

  @Override
  public List<String> list(String directory) {
    checkPower();
    String prefix = directory + "/";
    List<String> found = new ArrayList<>();
    for (String path : names.keySet()) {
      if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0) {
        found.add(path.substring(prefix.length()));
      }
    }
    return found;
  }

  @Override
  public boolean exists(String path) {
    checkPower();
    return names.containsKey(path);
  }

  @Override
  public DiskFile open(String path) throws IOException {
    checkPower();
    return new Handle(find(path));
  }

  @Override
  public DiskFile create(String path) throws IOException {
    change();
    if (names.containsKey(path)) {
      throw new IOException(path + " is there already");
    }
    SimFile file = new SimFile();
    rename(directoryOf(path), path, file);
    return new Handle(file);
  }

  @Override
  public void createDirectories(String directory) {
    checkPower(); // a directory is where a path says that one is
  }

  @Override
  public void rename(String from, String to) throws IOException {
    change();
    SimFile file = find(from);
    Map<String, @Nullable SimFile> changed = new LinkedHashMap<>();
    changed.put(from, null);
    changed.put(to, file);
    names.remove(from);
    names.put(to, file);
    unforced.add(new NameChange(directoryOf(to), changed));
  }

  @Override
  public void delete(String path) throws IOException {
    change();
    find(path);
    rename(directoryOf(path), path, null);
  }

  @Override
  public void forceDirectory(String directory) {
    change();
    for (NameChange named : unforced) {
      if (named.directory().equals(directory)) {
        apply(named);
      }
    }
    unforced.removeIf(named -> named.directory().equals(directory));
  }

  @Override
  public long usableBytes() {
    checkPower();
    return Math.max(0, capacityBytes - usedBytes());
  }

  private void rename(String directory, String path, @Nullable SimFile file) {
    Map<String, @Nullable SimFile> changed = new LinkedHashMap<>();
    changed.put(path, file);
    if (file == null) {
      names.remove(path);
    } else {
      names.put(path, file);
    }
    unforced.add(new NameChange(directory, changed));
  }

  private void apply(NameChange named) {
    named
        .names()
        .forEach((path, file) -> {
          if (file == null) {
            durableNames.remove(path);
          } else {
            durableNames.put(path, file);
          }
        });
  }

  /// A file system keeps its own journal of names: some first part of the changes is on the medium.
  private void keepSomeNames() {
    int kept = random.nextInt(unforced.size() + 1);
    for (int i = 0; i < kept; i++) {
      apply(unforced.get(i));
    }
    faults.lostNames += unforced.size() - kept;
    unforced.clear();
  }

  private void revive() {
    hasPower = true;
    operationsUntilCut = NEVER;
    forcesToFail = 0;
    life++;
  }

  private SimFile find(String path) throws IOException {
    SimFile file = names.get(path);
    if (file == null) {
      throw new IOException("there is no " + path);
    }
    return file;
  }

  private void checkPower() {
    if (!hasPower) {
      throw new PowerCut();
    }
  }

  /// Counts a change of the disk, and cuts the power when it is time.
  private void change() {
    checkPower();
    if (isLastOperation()) {
      throw cut();
    }
  }

  private boolean isLastOperation() {
    return operationsUntilCut != NEVER && --operationsUntilCut <= 0;
  }

  private PowerCut cut() {
    hasPower = false;
    return new PowerCut();
  }

  private static String directoryOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /// A file as a process has it open.
  private final class Handle implements DiskFile {
    private final SimFile file;
    private final int openedIn = life;
    private boolean isClosed;

    Handle(SimFile file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      check();
      return file.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      check();
      if (isLastOperation()) {
        from.limit(from.position() + random.nextInt(from.remaining() + 1));
        file.write(from, position);
        throw cut();
      }
      long growth = Math.max(0, position + from.remaining() - file.size());
      long room = capacityBytes == NEVER ? NEVER : Math.max(0, capacityBytes - usedBytes());
      if (growth > room) {
        faults.refusedWrites++;
        long fits = Math.max(0, from.remaining() - (growth - room));
        from.limit(from.position() + (int) fits);
        file.write(from, position);
        throw new NoSpaceException("the simulated disk is full");
      }
      file.write(from, position);
    }

    @Override
    public void force() throws IOException {
      check();
      change();
      if (forcesToFail > 0 && forcesToPass > 0) {
        forcesToPass--;
      } else if (forcesToFail > 0) {
        forcesToFail--;
        faults.failedForces++;
        file.failForce(random);
        throw new IOException("the simulated force failed");
      }
      file.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      check();
      change();
      file.truncate(size);
    }

    @Override
    public long size() throws IOException {
      check();
      return file.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
      check();
      ByteBuffer bytes =
          ByteBuffer.allocate((int) Math.min(count, Math.max(0, file.size() - position)));
      file.read(bytes, position);
      return to.write(bytes.flip());
    }

    @Override
    public void close() {
      isClosed = true;
    }

    private void check() throws IOException {
      if (openedIn == life) {
        checkPower();
      }
      if (isClosed || openedIn != life) {
        throw new IOException("the file is closed");
      }
    }
  }
}
