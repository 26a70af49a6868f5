// Finds values in JSON where they lie, and builds nothing.
//
// A path is `$`, or names and indices: `value`, `$.value`, `a.b[0].c`, `$["a name"][2]`. Where an object has a name twice, the
// first counts. Only what is passed over on the way is checked, not what follows the value found.

import { Bytes } from "./bytes";

// Deeper JSON is refused, so that a hostile value cannot exhaust the stack.
const MAX_DEPTH = 64;

// @ts-ignore: decorator
@inline function byteAt(at: usize, end: usize): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

export function skipSpace(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) break;
    at++;
  }
  return at;
}

// The end of the JSON value that begins at `at`, or 0 where there is none.
export function skipJson(at: usize, end: usize, depth: i32 = 0): usize {
  const first = byteAt(at, end);
  if (first == 0x22) return skipString(at, end);
  if (first == 0x7b || first == 0x5b) return skipNested(at, end, depth, first == 0x7b);
  if (first == 0x2d || first - 0x30 < 10) return skipNumber(at, end);
  if (first == 0x74) return skipWord(at, end, 0x65757274, 4); // true
  if (first == 0x6e) return skipWord(at, end, 0x6c6c756e, 4); // null
  if (first == 0x66 && byteAt(at + 1, end) == 0x61) return skipWord(at + 1, end, 0x65736c61, 4); // false
  return 0;
}

function skipWord(at: usize, end: usize, word: u32, size: i32): usize {
  return <usize>size <= end - at && load<u32>(at) == word ? at + size : 0;
}

function skipString(at: usize, end: usize): usize {
  for (at++; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x22) return at + 1;
    if (byte < 0x20) return 0;
    if (byte == 0x5c && !isEscape(++at, end)) return 0;
  }
  return 0;
}

// Whether what stands behind a backslash may stand there.
function isEscape(at: usize, end: usize): bool {
  switch (byteAt(at, end)) {
    case 0x22: // "
    case 0x5c: // backslash
    case 0x2f: // slash
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return true;
    case 0x75: // u
      break;
    default:
      return false;
  }
  for (let i = 1; i <= 4; i++) {
    const byte = byteAt(at + i, end);
    if (byte - 0x30 > 9 && (byte | 0x20) - 0x61 > 5) return false;
  }
  return true;
}

function skipDigits(at: usize, end: usize): usize {
  while (byteAt(at, end) - 0x30 < 10) at++;
  return at;
}

function skipNumber(at: usize, end: usize): usize {
  if (byteAt(at, end) == 0x2d) at++;
  let start = at;
  at = skipDigits(at, end);
  if (at == start || (load<u8>(start) == 0x30 && at > start + 1)) return 0;
  if (byteAt(at, end) == 0x2e) {
    start = ++at;
    at = skipDigits(at, end);
    if (at == start) return 0;
  }
  if ((byteAt(at, end) | 0x20) == 0x65) {
    at++;
    if (byteAt(at, end) == 0x2b || byteAt(at, end) == 0x2d) at++;
    start = at;
    at = skipDigits(at, end);
    if (at == start) return 0;
  }
  return at;
}

function skipNested(at: usize, end: usize, depth: i32, object: bool): usize {
  if (depth == MAX_DEPTH) return 0;
  const close: u32 = object ? 0x7d : 0x5d;
  at = skipSpace(at + 1, end);
  if (byteAt(at, end) == close) return at + 1;
  while (true) {
    if (object) {
      at = skipName(at, end);
      if (at == 0) return 0;
    }
    at = skipJson(at, end, depth + 1);
    if (at == 0) return 0;
    at = skipSpace(at, end);
    const byte = byteAt(at, end);
    if (byte == close) return at + 1;
    if (byte != 0x2c) return 0;
    at = skipSpace(at + 1, end);
  }
}

// A name, a colon and the space after it.
function skipName(at: usize, end: usize): usize {
  if (byteAt(at, end) != 0x22) return 0;
  at = skipString(at, end);
  if (at == 0) return 0;
  at = skipSpace(at, end);
  return byteAt(at, end) == 0x3a ? skipSpace(at + 1, end) : 0;
}

// ---- Paths

let segmentAt: usize = 0; // a name, or
let segmentSize: i32 = 0;
let segmentIndex: i32 = -1; // an index where it is not negative

// Reads one segment of a path; the end of it, or 0 where it is none.
function readSegment(at: usize, end: usize, first: bool): usize {
  segmentIndex = -1;
  const byte = byteAt(at, end);
  if (byte == 0x5b && byteAt(at + 1, end) == 0x22) {
    segmentAt = at + 2;
    const close = skipString(at + 1, end);
    if (close == 0 || byteAt(close, end) != 0x5d) return 0;
    segmentSize = <i32>(close - 1 - segmentAt);
    return close + 1;
  }
  if (byte == 0x5b) {
    const close = skipDigits(at + 1, end);
    if (close == at + 1 || close > at + 9 || byteAt(close, end) != 0x5d) return 0;
    segmentIndex = 0;
    for (let i = at + 1; i < close; i++) segmentIndex = segmentIndex * 10 + (load<u8>(i) - 0x30);
    return close + 1;
  }
  if (byte == 0x2e && !first) at++;
  else if (!first) return 0;
  segmentAt = at;
  while (at < end && load<u8>(at) != 0x2e && load<u8>(at) != 0x5b) at++;
  segmentSize = <i32>(at - segmentAt);
  return segmentSize > 0 ? at : 0;
}

export function isJsonPath(path: Bytes): bool {
  let at = path.at;
  const end = path.end;
  const root = byteAt(at, end) == 0x24;
  if (root) at++;
  else if (at == end) return false;
  for (let first = !root; at < end; first = false) {
    at = readSegment(at, end, first);
    if (at == 0) return false;
  }
  return true;
}

// Sets `value` to the raw JSON at the path. False where it is not there, or the JSON is broken on the way to it.
export function findJson(json: Bytes, path: Bytes, value: Bytes): bool {
  const end = json.end;
  let at = skipSpace(json.at, end);
  let step = path.at;
  const root = byteAt(step, path.end) == 0x24;
  if (root) step++;
  for (let first = !root; step < path.end; first = false) {
    step = readSegment(step, path.end, first);
    if (step == 0) return false;
    at = segmentIndex >= 0 ? findElement(at, end) : findMember(at, end);
    if (at == 0) return false;
  }
  const stop = skipJson(at, end);
  if (stop == 0) return false;
  value.set(at, <i32>(stop - at));
  return true;
}

function findMember(at: usize, end: usize): usize {
  if (byteAt(at, end) != 0x7b) return 0;
  at = skipSpace(at + 1, end);
  while (byteAt(at, end) == 0x22) {
    const name = at + 1;
    const value = skipName(at, end);
    if (value == 0) return 0;
    if (isName(name, end)) return value;
    at = skipJson(value, end);
    if (at == 0) return 0;
    at = skipSpace(at, end);
    if (byteAt(at, end) != 0x2c) return 0;
    at = skipSpace(at + 1, end);
  }
  return 0;
}

// Whether the string whose first byte is at `at` is the segment's name. Names are compared as they are written: one with
// escapes in it matches a path that is escaped in the same way.
function isName(at: usize, end: usize): bool {
  return (
    <usize>segmentSize < end - at &&
    load<u8>(at + segmentSize) == 0x22 &&
    memory.compare(at, segmentAt, segmentSize) == 0
  );
}

function findElement(at: usize, end: usize): usize {
  if (byteAt(at, end) != 0x5b) return 0;
  at = skipSpace(at + 1, end);
  if (byteAt(at, end) == 0x5d) return 0;
  for (let left = segmentIndex; left > 0; left--) {
    at = skipJson(at, end);
    if (at == 0) return 0;
    at = skipSpace(at, end);
    if (byteAt(at, end) != 0x2c) return 0;
    at = skipSpace(at + 1, end);
  }
  return at;
}

// ---- Arrays

// Walks over an array: `at` begins behind the `[`; sets `element` and gives where to go on. 0 at the end of the array, with
// `element.size` 0 where the array ended well and -1 where the JSON is broken.
export function nextElement(at: usize, end: usize, first: bool, element: Bytes): usize {
  at = skipSpace(at, end);
  const byte = byteAt(at, end);
  element.set(at + 1, byte == 0x5d ? 0 : -1);
  if (byte == 0x5d) return 0;
  if (!first) {
    if (byte != 0x2c) return 0;
    at = skipSpace(at + 1, end);
  }
  const stop = skipJson(at, end);
  element.set(at, stop == 0 ? -1 : <i32>(stop - at));
  return stop;
}
