// The buffers that cross between host and guest. They come from the unmanaged heap, so that the collector never sees them.
//
// One output at a time is lent to the host. A host that never deallocates costs nothing: what is still lent is freed at the
// next call.

// @ts-ignore: decorator
@external("env", "copy_records")
declare function copyRecords(at: usize, size: i32): void;

let lent: usize = 0; // what the host knows: may lie inside its block
let lentBlock: usize = 0;

export function alloc(size: i32): usize {
  return heap.alloc(max(size, 1));
}

export function dealloc(at: usize, size: i32): void {
  if (at == lent) {
    takeBack();
  } else if (at != 0) {
    heap.free(at);
  }
}

export function lend(at: usize, size: i32, block: usize): void {
  lent = at;
  lentBlock = block;
  copyRecords(at, size);
}

export function takeBack(): void {
  if (lent != 0) heap.free(lentBlock);
  lent = 0;
}
