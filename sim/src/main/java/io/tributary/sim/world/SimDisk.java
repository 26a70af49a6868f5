package io.tributary.sim.world;

import io.tributary.log.Disk;
import io.tributary.log.DiskFile;
import io.tributary.log.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.EnumMap;
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
/// On demand it is unkinder than a disk may be: it lies about its forces, or it is replaced by an old image of itself.
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
    private long cutsInUse;
    private long lies;
    private long harmsInHealing;

    /// By use and harm, how often the one was the place of the other.
    private final Map<DiskUse, Map<DiskHarm, Long>> struck = new EnumMap<>(DiskUse.class);

    long struck(DiskUse use, DiskHarm harm) {
      return struck.getOrDefault(use, Map.of()).getOrDefault(harm, 0L);
    }

    private void strike(DiskUse use, DiskHarm harm) {
      struck.computeIfAbsent(use, of -> new EnumMap<>(DiskHarm.class)).merge(harm, 1L, Long::sum);
    }

    long struck(DiskHarm harm) {
      long sum = 0;
      for (DiskUse use : DiskUse.values()) {
        sum += struck(use, harm);
      }
      return sum;
    }

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

    /// Power cuts in the middle of a change of the disk.
    public long cutsInUse() {
      return cutsInUse;
    }

    /// Writes and forces of a scrub that were struck.
    long harmsInHealing() {
      return harmsInHealing;
    }

    /// Forces that were reported and not done.
    public long lies() {
      return lies;
    }
  }

  private static final long NEVER = Long.MAX_VALUE;

  /// A change of one directory's names that is not durable yet: each path gets a file, or none.
  private record NameChange(String directory, Map<String, @Nullable SimFile> names) {}

  /// Harm that waits for the n-th use of its kind; of any kind, if that is null.
  private static final class Ambush {
    private final @Nullable DiskUse use;
    private final DiskHarm harm;
    private long usesLeft;

    Ambush(@Nullable DiskUse use, DiskHarm harm, long uses) {
      this.use = use;
      this.harm = harm;
      this.usesLeft = uses;
    }
  }

  /// All that is on a medium.
  public record Image(Map<String, SimFile> files) {}

  private final RandomGenerator random;
  private final Faults faults = new Faults();

  /// What the running machine sees, and what is on the medium.
  private final Map<String, SimFile> names = new TreeMap<>();

  private final Map<String, SimFile> durableNames = new TreeMap<>();
  private final List<NameChange> unforced = new ArrayList<>();

  private long capacityBytes = NEVER;
  private int forcesToPass;
  private int forcesToFail;
  private boolean isLying;
  private long usedBytes;
  private long operations;
  private final List<Ambush> ambushes = new ArrayList<>();
  private boolean hasPower = true;

  /// What strikes the next writes and forces that heal.
  private @Nullable Ambush healingAmbush;

  private boolean isHealing;

  /// A write or force that heals has failed, or was cut short by a kill, since the machine started; and the process has
  /// ended since: what reads as healed may not be on the medium, and nobody knows until the power has gone.
  private boolean hasFailedHealing;

  private boolean isHealingUnproven;

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
    return usedBytes;
  }

  /// How often the disk was changed.
  public long operations() {
    return operations;
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

  /// From now on forces do nothing, and say that they did.
  public void setLying(boolean lying) {
    isLying = lying;
  }

  public boolean isLying() {
    return isLying;
  }

  /// No fault that was asked for strikes any more.
  public void heal() {
    ambushes.clear();
    healingAmbush = null;
    forcesToFail = 0;
  }

  /// The power goes at the n-th change from now, counted from 1; a write may have been done in part by then.
  public void cutPowerAt(long operations) {
    harmAt(null, DiskHarm.POWER_CUT, operations);
  }

  /// Harm strikes at the n-th such use from now, counted from 1.
  ///
  /// @param use null: whichever it is
  void harmAt(@Nullable DiskUse use, DiskHarm harm, long uses) {
    ambushes.add(new Ambush(use, harm, uses));
  }

  /// The machine loses its power and comes back with what the medium kept. Files that were open are dead.
  public void cutPower() {
    isHealingUnproven = false;
    hasFailedHealing = false;
    isHealing = false;
    faults.powerCuts++;
    keepSomeNames();
    names.clear();
    names.putAll(durableNames);
    usedBytes = 0;
    for (SimFile file : names.values()) {
      long kept = file.unforcedSectors();
      long lost = file.losePower(random);
      faults.lostSectors += lost;
      if (lost > 0 && lost < kept) {
        faults.tornWrites++;
      }
      usedBytes += file.size();
    }
    revive();
  }

  /// The process is killed and started again; the machine goes on, so nothing is lost. Files that were open are dead.
  public void killProcess() {
    isHealingUnproven |= hasFailedHealing;
    hasFailedHealing = false;
    isHealing = false;
    revive();
  }

  /// What is on the medium now.
  public Image image() {
    Map<String, SimFile> copies = new TreeMap<>();
    durableNames.forEach((path, file) -> copies.put(path, file.copyOfMedium()));
    return new Image(copies);
  }

  /// The medium becomes that of the image. Files that were open are dead.
  public void restore(Image image) {
    unforced.clear();
    durableNames.clear();
    image.files().forEach((path, file) -> durableNames.put(path, file.copyOfMedium()));
    names.clear();
    names.putAll(durableNames);
    usedBytes = names.values().stream().mapToLong(SimFile::size).sum();
    revive();
  }

  /// An empty medium.
  public void wipe() {
    restore(new Image(Map.of()));
  }

  /// The paths of all files that begin and end so, in order.
  public List<String> paths(String prefix, String suffix) {
    return names.keySet().stream()
        .filter(path -> path.startsWith(prefix) && path.endsWith(suffix))
        .toList();
  }

  /// The bytes of a file as its machine sees them.
  public byte[] bytes(String path) throws IOException {
    SimFile file = find(path);
    ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
    file.read(bytes, 0);
    return bytes.array();
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
    change(DiskUse.CREATE);
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
    change(DiskUse.RENAME);
    SimFile file = find(from);
    Map<String, @Nullable SimFile> changed = new LinkedHashMap<>();
    changed.put(from, null);
    changed.put(to, file);
    names.remove(from);
    SimFile replaced = names.put(to, file);
    usedBytes -= replaced == null ? 0 : replaced.size();
    unforced.add(new NameChange(directoryOf(to), changed));
  }

  @Override
  public void delete(String path) throws IOException {
    change(DiskUse.DELETE);
    usedBytes -= find(path).size();
    rename(directoryOf(path), path, null);
  }

  @Override
  public void forceDirectory(String directory) throws IOException {
    change(DiskUse.FORCE_DIRECTORY);
    if (isLying) {
      faults.lies++;
      return;
    }
    for (NameChange named : unforced) {
      if (named.directory().equals(directory)) {
        apply(named);
      }
    }
    unforced.removeIf(named -> named.directory().equals(directory));
  }

  @Override
  public void deleteDirectory(String directory) throws IOException {
    checkPower();
    if (names.keySet().stream().anyMatch(path -> path.startsWith(directory + "/"))) {
      throw new IOException(directory + " is not empty");
    }
    forceDirectory(directory);
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
    ambushes.clear();
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

  /// Counts a change of the disk, and does it harm when it is time.
  private void change(DiskUse use) throws IOException {
    checkPower();
    DiskHarm harm = harmIn(use);
    if (harm != null) {
      strike(harm);
    }
  }

  /// Harm at the n-th write or force from now that is made by a scrub.
  void harmHealing(DiskHarm harm, long uses) {
    healingAmbush = new Ambush(null, harm, uses);
  }

  /// Whether what reads as healed may be damaged after the next power cut, since a force failed and its process died.
  boolean isHealingUnproven() {
    return isHealingUnproven;
  }

  /// Whether what is written from now on is written by a scrub.
  void healing(boolean isOn) {
    isHealing = isOn;
  }

  private @Nullable DiskHarm harmIn(DiskUse use) {
    operations++;
    DiskHarm harm = null;
    for (Ambush ambush : ambushes) {
      boolean isMeant = ambush.use == null || ambush.use == use;
      if (isMeant && --ambush.usesLeft <= 0 && harm == null) {
        harm = ambush.harm;
        faults.strike(use, harm);
      }
    }
    ambushes.removeIf(ambush -> ambush.usesLeft <= 0);
    Ambush healing = healingAmbush;
    boolean heals = isHealing && (use == DiskUse.WRITE || use == DiskUse.FORCE);
    if (heals && healing != null && --healing.usesLeft <= 0 && harm == null) {
      healingAmbush = null;
      harm = healing.harm;
      faults.strike(use, harm);
      faults.harmsInHealing++;
    }
    hasFailedHealing |= isHealing && harm != null && harm != DiskHarm.POWER_CUT;
    return harm;
  }

  private void strike(DiskHarm harm) throws IOException {
    switch (harm) {
      case POWER_CUT -> {
        hasPower = false;
        faults.cutsInUse++;
        throw new PowerCut();
      }
      case KILL -> {
        hasPower = false;
        throw new PowerCut(true);
      }
      case NO_SPACE -> throw new NoSpaceException("the simulated disk has no room for that");
      case ERROR -> throw new IOException("the simulated device failed");
    }
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
      DiskHarm harm = harmIn(DiskUse.WRITE);
      if (harm != null) {
        from.limit(from.position() + random.nextInt(from.remaining() + 1));
        put(from, position);
        strike(harm);
      }
      long growth = Math.max(0, position + from.remaining() - file.size());
      long room = capacityBytes == NEVER ? NEVER : Math.max(0, capacityBytes - usedBytes);
      if (growth > room) {
        faults.refusedWrites++;
        long fits = Math.max(0, from.remaining() - (growth - room));
        from.limit(from.position() + (int) fits);
        put(from, position);
        throw new NoSpaceException("the simulated disk is full");
      }
      put(from, position);
    }

    private void put(ByteBuffer from, long position) {
      long before = file.size();
      file.write(from, position);
      usedBytes += file.size() - before;
    }

    @Override
    public void force() throws IOException {
      check();
      checkPower();
      DiskHarm harm = harmIn(DiskUse.FORCE);
      if (harm != null) {
        if (harm == DiskHarm.NO_SPACE || harm == DiskHarm.ERROR) {
          file.failForce(random);
        }
        strike(harm);
      }
      if (forcesToFail > 0 && forcesToPass > 0) {
        forcesToPass--;
      } else if (forcesToFail > 0) {
        forcesToFail--;
        faults.failedForces++;
        hasFailedHealing |= isHealing;
        file.failForce(random);
        throw new IOException("the simulated force failed");
      }
      if (isLying) {
        faults.lies++;
      } else {
        file.force();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      check();
      change(DiskUse.TRUNCATE);
      long before = file.size();
      file.truncate(size);
      usedBytes += file.size() - before;
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
