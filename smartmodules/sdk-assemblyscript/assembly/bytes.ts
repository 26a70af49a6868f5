// Bytes that lie somewhere in memory: a view, which copies nothing and keeps nothing alive.

export class Bytes {
  at: usize = 0;
  size: i32 = 0;

  // A view of a copy that is never freed: for params and other text that lives as long as the guest.
  static of(text: string): Bytes {
    const bytes = new Bytes();
    bytes.size = String.UTF8.byteLength(text);
    bytes.at = heap.alloc(max(bytes.size, 1));
    String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, bytes.at);
    return bytes;
  }

  // @ts-ignore: decorator
  @inline set(at: usize, size: i32): void {
    this.at = at;
    this.size = size;
  }

  // @ts-ignore: decorator
  @inline byte(index: i32): u8 {
    return load<u8>(this.at + index);
  }

  // @ts-ignore: decorator
  @inline get end(): usize {
    return this.at + this.size;
  }

  equals(other: Bytes): bool {
    return this.size == other.size && memory.compare(this.at, other.at, this.size) == 0;
  }

  contains(what: Bytes): bool {
    if (what.size == 0) return true;
    if (what.size > this.size) return false;
    const first = load<u8>(what.at);
    const last = this.end - what.size;
    for (let at = this.at; at <= last; at++) {
      if (load<u8>(at) == first && same(at + 1, what.at + 1, what.size - 1)) return true;
    }
    return false;
  }

  // The text of these bytes. Bytes that are no UTF-8 become U+FFFD.
  text(): string {
    return String.UTF8.decodeUnsafe(this.at, this.size);
  }
}

// @ts-ignore: decorator
@inline export function same(a: usize, b: usize, size: i32): bool {
  for (let i = 0; i < size; i++) {
    if (load<u8>(a + i) != load<u8>(b + i)) return false;
  }
  return true;
}
