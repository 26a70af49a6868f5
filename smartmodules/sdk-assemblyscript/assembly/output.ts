// Encodes outputs into one buffer, which is then lent to the host.

import { Bytes } from "./bytes";
import { hint, hintSize } from "./hint";
import { lend } from "./memory";
import { Record } from "./record";

let buffer: usize = 0;
let size: i32 = 0;
let capacity: i32 = 0;

export let recordsOut: i32 = 0;

// A record's value is written before its length is known. The head gets the room that it needs when the new value is as
// long as the old one; where that was the wrong guess the value moves by a byte or two.
let record: Record = new Record();
let headStart: i32 = 0;
let valueStart: i32 = 0;
let fresh: bool = false; // the outputs of array_map: no deltas, no key
let hasKey: bool = false;
let keyAt: usize = 0;
let keySize: i32 = 0;

// ---- What an author uses

export function write(bytes: Bytes): void {
  writeRange(bytes.at, bytes.at + bytes.size);
}

export function writeRange(from: usize, to: usize): void {
  const bytes = <i32>(to - from);
  memory.copy(room(bytes), from, bytes);
  size += bytes;
}

export function writeByte(byte: u8): void {
  store<u8>(room(1), byte);
  size++;
}

export function writeText(text: string): void {
  const bytes = String.UTF8.byteLength(text);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, room(bytes));
  size += bytes;
}

// Room for these many bytes of the value, for you to fill; `wrote` tells how many of them count.
export function room(bytes: i32): usize {
  if (bytes > capacity - size) {
    const larger = <i64>capacity * 2 + bytes;
    if (larger > 0x3fff0000) unreachable();
    buffer = heap.realloc(buffer, <usize>larger);
    capacity = <i32>larger;
  }
  return buffer + size;
}

export function wrote(bytes: i32): void {
  size += bytes;
}

// Ends one value of an array_map, and begins the next.
export function next(): void {
  closeRecord();
  openRecord(record);
}

// The output's key, where it is not the record's own. The bytes must live until the body returns.
export function keyedBy(at: usize, bytes: i32): void {
  hasKey = true;
  keyAt = at;
  keySize = bytes;
}

// ---- What a call uses

export function openOutput(bytes: i32, array: bool): void {
  buffer = heap.alloc(bytes);
  capacity = bytes;
  size = 0;
  recordsOut = 0;
  fresh = array;
}

export function lendOutput(): void {
  lend(buffer, size, buffer);
}

export function discardOutput(): void {
  heap.free(buffer);
}

export function outputSize(): i32 {
  return size;
}

export function cutOutput(to: i32, records: i32): void {
  size = to;
  recordsOut = records;
}

export function putCount(records: i32): void {
  store<u32>(buffer, bswap<u32>(records));
}

export function writeFixed(value: u64, bytes: i32): void {
  const at = room(bytes);
  for (let i = 0; i < bytes; i++) store<u8>(at + i, value >> (8 * (bytes - 1 - i)));
  size += bytes;
}

export function openRecord(source: Record): void {
  record = source;
  hasKey = source.hasKey && !fresh;
  keyAt = source.key.at;
  keySize = source.key.size;
  const head = headSize(source.value.size);
  room(head);
  headStart = size;
  size += head;
  valueStart = size;
}

export function closeRecord(): void {
  const value = size - valueStart;
  const head = headSize(value);
  room(head + 1);
  if (head != valueStart - headStart) memory.copy(buffer + headStart + head, buffer + valueStart, value);
  let at = putVarint(buffer + headStart, bodySize(value));
  store<u8>(at++, 0);
  at = putVarint(at, fresh ? 0 : record.timestampDelta);
  at = putVarint(at, fresh ? 0 : record.offsetDelta);
  store<u8>(at++, hasKey);
  if (hasKey) {
    at = putVarint(at, keySize);
    memory.copy(at, keyAt, keySize);
    at += keySize;
  }
  at = putVarint(at, value);
  store<u8>(at + value, 0);
  size = <i32>(at + value + 1 - buffer);
  recordsOut++;
}

export function dropRecord(): void {
  size = headStart;
}

// Where the value that is being written lies; until the next write.
export function openValue(view: Bytes): void {
  view.set(buffer + valueStart, size - valueStart);
}

export function writeHint(): void {
  writeFixed(hintSize, 2);
  writeRange(hint, hint + hintSize);
}

export function writeKeyAndValue(source: Record): void {
  writeByte(source.hasKey);
  if (source.hasKey) writeSized(source.key);
  writeSized(source.value);
}

// Option<{hint, offset i64, kind u8, key, value}>
export function writeError(kind: u8, source: Record): void {
  writeByte(1);
  writeHint();
  writeFixed(source.offset, 8);
  writeByte(kind);
  writeKeyAndValue(source);
}

function writeSized(bytes: Bytes): void {
  size = <i32>(putVarint(room(10), bytes.size) - buffer);
  write(bytes);
}

function bodySize(value: i32): i32 {
  const deltas = fresh ? 2 : varintSize(record.timestampDelta) + varintSize(record.offsetDelta);
  const key = hasKey ? varintSize(keySize) + keySize : 0;
  return 1 + deltas + 1 + key + varintSize(value) + value + 1;
}

function headSize(value: i32): i32 {
  const body = bodySize(value);
  return varintSize(body) + body - value - 1;
}

// @ts-ignore: decorator
@inline function zigzag(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}

function varintSize(value: i64): i32 {
  return <i32>(70 - clz(zigzag(value) | 1)) / 7;
}

function putVarint(at: usize, value: i64): usize {
  let rest = zigzag(value);
  for (; rest >= 0x80; rest >>= 7) store<u8>(at++, rest | 0x80);
  store<u8>(at++, rest);
  return at;
}
