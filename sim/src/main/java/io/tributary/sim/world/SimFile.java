package io.tributary.sim.world;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/// The bytes of a simulated file twice: as the running machine sees them, and as they are on the medium.
///
/// Both are kept by pages; a page that is equal in both is one array, a page of zeros is none.
@SuppressWarnings("ReferenceEquality") // whether two pages are one array is what is asked
final class SimFile {
  static final int SECTOR_BYTES = 512;

  private static final int PAGE_BYTES = 4096;
  private static final int SECTORS_PER_PAGE = PAGE_BYTES / SECTOR_BYTES;
  private static final byte[] ZEROS = new byte[PAGE_BYTES];

  private byte[][] pages = {ZEROS};
  private byte[][] durablePages = {ZEROS};
  private long size;
  private long durableSize;

  /// Sectors that a force must still bring to the medium.
  private final BitSet unforced = new BitSet();

  long size() {
    return size;
  }

  int unforcedSectors() {
    return unforced.cardinality();
  }

  int read(ByteBuffer into, long position) {
    if (position >= size) {
      return -1;
    }
    int bytes = (int) Math.min(into.remaining(), size - position);
    for (int done = 0; done < bytes; ) {
      int page = (int) ((position + done) / PAGE_BYTES);
      int at = (int) ((position + done) % PAGE_BYTES);
      int part = Math.min(bytes - done, PAGE_BYTES - at);
      into.put(page(pages, page), at, part);
      done += part;
    }
    return bytes;
  }

  void write(ByteBuffer from, long position) {
    int bytes = from.remaining();
    for (int done = 0; done < bytes; ) {
      int page = (int) ((position + done) / PAGE_BYTES);
      int at = (int) ((position + done) % PAGE_BYTES);
      int part = Math.min(bytes - done, PAGE_BYTES - at);
      if (part == PAGE_BYTES && isZeros(from)) {
        cover(page);
        pages[page] = ZEROS;
        from.position(from.position() + part);
      } else {
        from.get(ownPage(page), at, part);
      }
      done += part;
    }
    if (bytes > 0) {
      unforced.set(sectorOf(position), sectorOf(position + bytes - 1) + 1);
    }
    size = Math.max(size, position + bytes);
  }

  void truncate(long newSize) {
    if (newSize >= size) {
      return;
    }
    int first = (int) (newSize / PAGE_BYTES);
    int at = (int) (newSize % PAGE_BYTES);
    if (at > 0) {
      Arrays.fill(ownPage(first), at, PAGE_BYTES, (byte) 0);
      first++;
    }
    for (int page = first; page < pages.length; page++) {
      pages[page] = ZEROS;
    }
    unforced.set(sectorOf(newSize), sectorOf(size) + 1);
    size = newSize;
  }

  void force() {
    int pageCount = pages.length;
    durablePages = Arrays.copyOf(durablePages, pageCount);
    for (int sector = unforced.nextSetBit(0); sector >= 0; ) {
      int page = sector / SECTORS_PER_PAGE;
      if (page < pageCount) {
        keepPage(page);
      }
      sector = unforced.nextSetBit((page + 1) * SECTORS_PER_PAGE);
    }
    unforced.clear();
    durableSize = size;
    fillHoles(pageCount);
  }

  /// What should have been forced is forgotten: it can be read, but is not written back unless it is written again.
  void failForce(RandomGenerator random) {
    for (int sector = unforced.nextSetBit(0);
        sector >= 0;
        sector = unforced.nextSetBit(sector + 1)) {
      if (random.nextInt(4) == 0) {
        keepSector(sector);
      }
    }
    unforced.clear();
    durableSize = Math.max(durableSize, random.nextBoolean() ? size : durableSize);
  }

  /// The power is gone: some of what was not forced is on the medium, the rest is lost.
  ///
  /// @return how many sectors were lost
  long losePower(RandomGenerator random) {
    int keptOfFour = random.nextInt(5);
    long lost = 0;
    for (int sector = unforced.nextSetBit(0);
        sector >= 0;
        sector = unforced.nextSetBit(sector + 1)) {
      if (random.nextInt(4) < keptOfFour) {
        keepSector(sector);
      } else {
        lost++;
      }
    }
    unforced.clear();
    if (size != durableSize) {
      durableSize =
          switch (random.nextInt(3)) {
            case 0 -> durableSize;
            case 1 -> size;
            default ->
                random.nextLong(Math.min(size, durableSize), Math.max(size, durableSize) + 1);
          };
    }
    pages = durablePages.clone();
    size = durableSize;
    long wanted = size;
    size = (long) pages.length * PAGE_BYTES;
    if (wanted < size) {
      truncate(wanted);
    }
    size = wanted;
    unforced.clear();
    durablePages = pages.clone();
    return lost;
  }

  /// A file of another disk, with what is on the medium of this one. Pages are shared until one of them is written.
  SimFile copyOfMedium() {
    SimFile copy = new SimFile();
    copy.pages = durablePages.clone();
    copy.durablePages = durablePages.clone();
    copy.size = durableSize;
    copy.durableSize = durableSize;
    return copy;
  }

  void flipBit(long position, int bit) {
    int page = (int) (position / PAGE_BYTES);
    int at = (int) (position % PAGE_BYTES);
    ownPage(page)[at] ^= (byte) (1 << bit);
    durablePages = Arrays.copyOf(durablePages, Math.max(durablePages.length, pages.length));
    byte[] durable = page(durablePages, page).clone();
    durable[at] ^= (byte) (1 << bit);
    durablePages[page] = durable;
    fillHoles(durablePages.length);
  }

  private static byte[] page(byte[][] of, int page) {
    return page < of.length && of[page] != null ? of[page] : ZEROS;
  }

  /// Whether the next page is zeros, as in the reserve of a journal: a thousand edges have three thousand of these.
  private static boolean isZeros(ByteBuffer from) {
    return from.slice(from.position(), PAGE_BYTES).mismatch(ByteBuffer.wrap(ZEROS)) < 0;
  }

  private void cover(int page) {
    if (page >= pages.length) {
      int before = pages.length;
      pages = Arrays.copyOf(pages, Math.max(page + 1, before * 2));
      Arrays.fill(pages, before, pages.length, ZEROS);
    }
  }

  /// A page that only the running machine sees.
  private byte[] ownPage(int page) {
    cover(page);
    byte[] own = pages[page];
    if (own == ZEROS || own == page(durablePages, page)) {
      own = own.clone();
      pages[page] = own;
    }
    return own;
  }

  private void keepPage(int page) {
    int first = page * SECTORS_PER_PAGE;
    int last = first + SECTORS_PER_PAGE;
    boolean isWhole = unforced.nextClearBit(first) >= last || pages[page] == ZEROS;
    if (isWhole) {
      durablePages[page] = pages[page];
      return;
    }
    for (int sector = unforced.nextSetBit(first);
        sector >= 0 && sector < last;
        sector = unforced.nextSetBit(sector + 1)) {
      keepSector(sector);
    }
  }

  private void keepSector(int sector) {
    int page = sector / SECTORS_PER_PAGE;
    int at = sector % SECTORS_PER_PAGE * SECTOR_BYTES;
    if (page >= durablePages.length) {
      int before = durablePages.length;
      durablePages = Arrays.copyOf(durablePages, page + 1);
      Arrays.fill(durablePages, before, durablePages.length, ZEROS);
    }
    byte[] durable = page(durablePages, page).clone();
    System.arraycopy(page(pages, page), at, durable, at, SECTOR_BYTES);
    durablePages[page] = durable;
  }

  private void fillHoles(int pageCount) {
    for (int page = 0; page < pageCount; page++) {
      if (durablePages[page] == null) {
        durablePages[page] = ZEROS;
      }
    }
  }

  private static int sectorOf(long position) {
    return (int) (position / SECTOR_BYTES);
  }
}
