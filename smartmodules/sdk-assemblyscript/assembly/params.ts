// The params of init. The readers below refuse by themselves what is not allowed: they say what is wrong, and runInit turns
// anything that was said into a refusal.

import { Bytes } from "./bytes";
import { PASS } from "./record";
import { fail, hintSize, say } from "./hint";
import { readNumber } from "./numbers";

let params: usize = 0; // count u16, then name and value of each, as they came
let paramsSize: i32 = 0;

export function keepParams(at: usize, size: i32): void {
  params = heap.alloc(max(size, 2));
  memory.copy(params, at, size);
  paramsSize = size;
}

const found = new Bytes();

function find(name: string): bool {
  let at = params + 2;
  for (let left = paramsSize == 0 ? 0 : <i32>size16(params); left != 0; left--) {
    const here = String.UTF8.decodeUnsafe(at + 2, size16(at));
    at += 2 + size16(at);
    found.set(at + 2, <i32>size16(at));
    at += 2 + size16(at);
    if (here == name) return true;
  }
  return false;
}

// @ts-ignore: decorator
@inline function size16(at: usize): usize {
  return bswap<u16>(load<u16>(at));
}

export function hasParam(name: string): bool {
  return find(name);
}

export function param(name: string, otherwise: string): string {
  return find(name) ? found.text() : otherwise;
}

// Refuses a param that is none of these: a misspelt name must not pass for a default.
export function onlyParams(names: string[]): i32 {
  let at = params + 2;
  for (let left = paramsSize == 0 ? 0 : <i32>size16(params); left != 0; left--) {
    const name = String.UTF8.decodeUnsafe(at + 2, size16(at));
    at += 2 + size16(at);
    at += 2 + size16(at);
    if (!names.includes(name)) return fail(`there is no param '${name}'; the params are: ${names.join(" ")}`);
  }
  return PASS;
}

function refuse(name: string, allowed: string): void {
  if (hintSize != 0) say("; ");
  say(`'${name}' is '${found.text()}'; it must be ${allowed}`);
}

// A decimal number from least to most.
export function numberParam(name: string, otherwise: f64, least: f64, most: f64, allowed: string): f64 {
  if (!find(name)) return otherwise;
  const value = readNumber(found.at, found.end);
  if (value >= least && value <= most) return value;
  refuse(name, allowed);
  return otherwise;
}

export function integerParam(name: string, otherwise: i32, least: i32, most: i32): i32 {
  const value = numberParam(name, otherwise, least, most, `a whole number from ${least} to ${most}`);
  if (value == Math.floor(value)) return <i32>value;
  refuse(name, `a whole number from ${least} to ${most}`);
  return otherwise;
}

// Milliseconds, of `500ms`, `30s`, `10m`, `2h` or `7d`.
export function durationParam(name: string, otherwise: i64): i64 {
  if (!find(name)) return otherwise;
  let at = found.at;
  let number: i64 = 0;
  for (; at < found.end && at < found.at + 10 && <u32>load<u8>(at) - 0x30 < 10; at++) {
    number = number * 10 + (load<u8>(at) - 0x30);
  }
  const unit = String.UTF8.decodeUnsafe(at, found.end - at);
  let milliseconds: i64 = 0;
  if (unit == "ms") milliseconds = 1;
  else if (unit == "s") milliseconds = 1000;
  else if (unit == "m") milliseconds = 60000;
  else if (unit == "h") milliseconds = 3600000;
  else if (unit == "d") milliseconds = 86400000;
  const duration = number * milliseconds;
  if (duration > 0) return duration;
  refuse(name, "a whole number with a unit, such as 500ms, 30s, 10m, 2h or 7d");
  return otherwise;
}
