// A reading: JSON with its number at a path, or a bare number.

import { Bytes } from "./bytes";
import { findJson, isJsonPath, skipSpace } from "./json";
import { param } from "./params";
import { fail } from "./hint";
import { readNumber } from "./numbers";

// Where the number of the last `readingOf` lies, so that it can be replaced; what lies there where it was no number.
export const reading = new Bytes();

// The number, or NaN where there is none at the path. In a bare number the path does not matter.
export function readingOf(value: Bytes, path: Bytes): f64 {
  const start = skipSpace(value.at, value.end);
  let end = value.end;
  while (end > start && load<u8>(end - 1) <= 0x20) end--;
  reading.set(start, <i32>(end - start));
  if (end == start) return NaN;
  const first = load<u8>(start);
  if (first == 0x7b || first == 0x5b) {
    if (!findJson(value, path, reading)) {
      reading.size = 0;
      return NaN;
    }
  }
  return readNumber(reading.at, reading.end);
}

// A param that is a path into JSON; refuses what is none.
export function pathParam(name: string, otherwise: string): Bytes {
  const text = param(name, otherwise);
  const path = Bytes.of(text);
  if (!isJsonPath(path)) fail(`'${name}' is '${text}'; it must be a path such as value, $.a.b or a[0]["c d"]. `);
  return path;
}
