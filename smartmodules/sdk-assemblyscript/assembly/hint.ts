// The hint of an error: what a person reads who must find out why a record or a param was refused.

import { Bytes } from "./bytes";
import { ERROR } from "./record";

// What is longer is cut, so that a record of megabytes is not repeated in a hint.
const MAX_HINT = 400;

export const hint: usize = memory.data(MAX_HINT);
export let hintSize: i32 = 0;

export function clearHint(): void {
  hintSize = 0;
}

export function sayBytes(bytes: Bytes): void {
  say(String.UTF8.decodeUnsafe(bytes.at, min(bytes.size, MAX_HINT)));
}

// A hint is UTF-8 whatever a record is: what is no character, or one of control, becomes '?'.
export function say(text: string): void {
  for (let i = 0; i < text.length; i++) {
    let code = text.codePointAt(i);
    if (code > 0xffff) i++;
    if (code < 0x20 || code == 0x7f || (code >= 0xd800 && code < 0xe000)) code = 0x3f;
    sayCode(code);
  }
}

function sayCode(code: u32): void {
  const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  if (hintSize + size > MAX_HINT) return;
  const at = hint + hintSize;
  hintSize += size;
  if (size == 1) {
    store<u8>(at, code);
    return;
  }
  for (let i = size - 1; i > 0; i--, code >>= 6) store<u8>(at + i, 0x80 | (code & 0x3f));
  store<u8>(at, (0xf00 >> size) | code);
}

// `return fail("the value is no number")` ends a body.
export function fail(text: string): i32 {
  say(text);
  return ERROR;
}
