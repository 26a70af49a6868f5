// State per key, for a bounded number of keys: beyond it the key that was used longest ago makes room.
//
//   buckets: u32 per bucket, the first entry of its chain
//   entry:   | hash | chain | newer | older | key | key size | state ... |      each a u32, the state 8-aligned
//
// Entry 0 stands for "none", and is the ring of uses: its `older` is the newest entry, its `newer` the oldest.

const HASH = 0;
const CHAIN = 4;
const NEWER = 8;
const OLDER = 12;
const KEY = 16;
const KEY_SIZE = 20;
const STATE = 24;

// A longer key gets no state, so that keys of megabytes cannot fill the memory.
const MAX_KEY_SIZE = 1024;

export class KeyTable {
  // Set by `take`: whether the state is new, and so all zeros; and where the state lies that had to go for it, with its key,
  // until the next `take`.
  isNew: bool = false;
  evicted: usize = 0;
  evictedKey: usize = 0;
  evictedKeySize: i32 = 0;

  private entries: usize;
  private entrySize: u32;
  private used: u32 = 1;
  private capacity: u32 = 4;
  private buckets: usize;

  constructor(
    private stateSize: u32,
    private maxKeys: u32,
  ) {
    this.entrySize = (STATE + stateSize + 7) & ~7;
    this.entries = heap.alloc(this.capacity * this.entrySize);
    memory.fill(this.entries, 0, this.entrySize);
    this.buckets = heap.alloc(this.capacity * 8);
    memory.fill(this.buckets, 0, this.capacity * 8);
  }

  // The state of a key, which becomes the one used last; 0 where the key is too long.
  take(key: usize, keySize: i32): usize {
    this.isNew = false;
    if (this.evicted != 0) {
      heap.free(this.evicted);
      heap.free(this.evictedKey);
      this.evicted = 0;
    }
    if (keySize > MAX_KEY_SIZE) return 0;
    const hash = hashOf(key, keySize);
    let index = this.find(hash, key, keySize);
    if (index == 0) {
      index = this.add(hash, key, keySize);
      this.isNew = true;
    } else {
      this.unring(index);
    }
    this.ring(index);
    return this.entry(index) + STATE;
  }

  // @ts-ignore: decorator
  @inline private entry(index: u32): usize {
    return this.entries + index * this.entrySize;
  }

  // @ts-ignore: decorator
  @inline private bucket(hash: u32): usize {
    return this.buckets + ((hash & (this.capacity * 2 - 1)) << 2);
  }

  private find(hash: u32, key: usize, keySize: i32): u32 {
    let index = load<u32>(this.bucket(hash));
    while (index != 0) {
      const at = this.entry(index);
      if (
        load<u32>(at, HASH) == hash &&
        load<i32>(at, KEY_SIZE) == keySize &&
        memory.compare(load<u32>(at, KEY), key, keySize) == 0
      ) {
        return index;
      }
      index = load<u32>(at, CHAIN);
    }
    return 0;
  }

  private add(hash: u32, key: usize, keySize: i32): u32 {
    let index = this.used;
    if (index > this.maxKeys) {
      index = load<u32>(this.entries, NEWER);
      this.evict(index);
    } else {
      if (index == this.capacity) this.grow();
      this.used++;
    }
    const at = this.entry(index);
    const copy = heap.alloc(max(keySize, 1));
    memory.copy(copy, key, keySize);
    store<u32>(at, hash, HASH);
    store<u32>(at, <u32>copy, KEY);
    store<i32>(at, keySize, KEY_SIZE);
    memory.fill(at + STATE, 0, this.stateSize);
    this.chain(index);
    return index;
  }

  private chain(index: u32): void {
    const at = this.entry(index);
    const bucket = this.bucket(load<u32>(at, HASH));
    store<u32>(at, load<u32>(bucket), CHAIN);
    store<u32>(bucket, index);
  }

  private evict(index: u32): void {
    const at = this.entry(index);
    this.evicted = heap.alloc(max(this.stateSize, 1));
    memory.copy(this.evicted, at + STATE, this.stateSize);
    this.evictedKey = load<u32>(at, KEY);
    this.evictedKeySize = load<i32>(at, KEY_SIZE);
    this.unring(index);
    let link = this.bucket(load<u32>(at, HASH));
    while (load<u32>(link) != index) link = this.entry(load<u32>(link)) + CHAIN;
    store<u32>(link, load<u32>(at, CHAIN));
  }

  private ring(index: u32): void {
    const at = this.entry(index);
    const newest = load<u32>(this.entries, OLDER);
    store<u32>(at, 0, NEWER);
    store<u32>(at, newest, OLDER);
    store<u32>(this.entry(newest), index, NEWER);
    store<u32>(this.entries, index, OLDER);
  }

  private unring(index: u32): void {
    const at = this.entry(index);
    const newer = load<u32>(at, NEWER);
    const older = load<u32>(at, OLDER);
    store<u32>(this.entry(newer), older, OLDER);
    store<u32>(this.entry(older), newer, NEWER);
  }

  private grow(): void {
    this.capacity *= 2;
    this.entries = heap.realloc(this.entries, this.capacity * this.entrySize);
    heap.free(this.buckets);
    this.buckets = heap.alloc(this.capacity * 8);
    memory.fill(this.buckets, 0, this.capacity * 8);
    for (let index: u32 = 1; index < this.used; index++) this.chain(index);
  }
}

function hashOf(key: usize, size: i32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i = 0; i < size; i++) hash = (hash ^ load<u8>(key + i)) * 0x01000193;
  return hash ^ (hash >> 15);
}
