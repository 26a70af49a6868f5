// Decodes what the host hands over. A reader never passes its end: what would do so leaves `broken` set and reads as zero.

import { Bytes } from "./bytes";
import { Record } from "./record";

// The input's layout has been this one from version 22 on.
export const OLDEST_VERSION = 22;
export const NEWEST_VERSION = 25;

export const BAD_INPUT: i32 = -11;
export const BAD_RECORDS: i32 = -22;

export let at: usize = 0;
export let end: usize = 0;
export let broken: bool = false;

export let baseOffset: i64 = 0;
export let baseTimestamp: i64 = 0;
export let records: usize = 0; // the count, then the records
export let count: u32 = 0;
export const accumulator = new Bytes();

export function open(from: usize, to: usize): void {
  at = from;
  end = to;
  broken = false;
}

// @ts-ignore: decorator
@inline function has(bytes: u64): bool {
  if (<u64>(end - at) < bytes) broken = true;
  return !broken;
}

export function fixed(bytes: u32): u64 {
  if (!has(bytes)) return 0;
  let value: u64 = 0;
  for (let i: u32 = 0; i < bytes; i++) value = (value << 8) | load<u8>(at + i);
  at += bytes;
  return value;
}

export function skip(bytes: u64): usize {
  if (!has(bytes)) return end;
  const start = at;
  at += <usize>bytes;
  return start;
}

// @ts-ignore: decorator
@inline function varint(): i64 {
  if (at < end) {
    const byte = load<u8>(at);
    if (byte < 0x80) {
      at++;
      return <i64>(byte >> 1) ^ -(<i64>(byte & 1));
    }
  }
  return longVarint();
}

function longVarint(): i64 {
  let value: u64 = 0;
  for (let shift: u32 = 0; shift < 64 && at < end; shift += 7) {
    const byte = load<u8>(at++);
    value |= <u64>(byte & 0x7f) << shift;
    if (byte < 0x80) return <i64>(value >> 1) ^ -(<i64>(value & 1));
  }
  broken = true;
  return 0;
}

export function skipParams(): void {
  for (let left = fixed(2) * 2; left != 0 && !broken; left--) skip(fixed(2));
}

// Option<{last u64; age Option<u64 seconds, u32 nanoseconds>}>
export function skipLookback(): void {
  if (fixed(1) == 0) return;
  skip(8);
  if (fixed(1) != 0) skip(12);
}

export function knows(version: i32): bool {
  return version >= OLDEST_VERSION && version <= NEWEST_VERSION;
}

// | base_offset i64 | size u32 | count u32 | records | params | lookback | join_record | base_timestamp i64 | [accumulator]
export function readInput(from: usize, size: i32, version: i32, aggregate: bool): i32 {
  if (!knows(version)) return BAD_INPUT;
  open(from, from + size);
  baseOffset = fixed(8);
  const recordsSize = fixed(4);
  records = skip(recordsSize);
  skipParams();
  skipLookback();
  skip(fixed(4));
  baseTimestamp = fixed(8);
  if (aggregate) {
    const accumulatorSize = fixed(4);
    accumulator.set(skip(accumulatorSize), <i32>accumulatorSize);
  }
  if (broken || at != end) return BAD_INPUT;
  open(records, records + <usize>recordsSize);
  count = 0;
  if (recordsSize == 0) return 0; // a vector of bytes without even a count holds no records
  count = <u32>fixed(4);
  return broken ? BAD_RECORDS : 0;
}

// | body length | attributes i8 | timestamp delta | offset delta | 0 or 1, key length, key | value length, value | 0 |
export function readRecord(record: Record): bool {
  const body = <u64>varint(); // negative is larger than any input, and so breaks the reader
  if (!has(body)) return false;
  const bodyEnd = at + <usize>body;
  skip(1);
  record.timestampDelta = varint();
  record.offsetDelta = varint();
  record.timestamp = baseTimestamp + record.timestampDelta;
  record.offset = baseOffset + record.offsetDelta;
  if (!has(1)) return false;
  const hasKey = load<u8>(at++);
  record.hasKey = hasKey == 1;
  if (hasKey == 1) {
    const keySize = varint();
    record.key.set(skip(keySize), <i32>keySize);
  } else {
    record.key.set(at, 0);
  }
  const valueSize = varint();
  record.value.set(skip(valueSize), <i32>valueSize);
  const headers = varint();
  return !broken && at == bodyEnd && hasKey <= 1 && headers == 0;
}
