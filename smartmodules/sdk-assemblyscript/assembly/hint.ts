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

// Anything that is not plain ASCII becomes '?': a hint must be UTF-8, and a record need not be.
function sayByte(byte: u32): void {
  if (hintSize == MAX_HINT) return;
  store<u8>(hint + hintSize++, byte < 0x20 || byte > 0x7e ? 0x3f : byte);
}

export function sayBytes(bytes: Bytes): void {
  for (let i = 0; i < bytes.size; i++) sayByte(bytes.byte(i));
}

export function say(text: string): void {
  for (let i = 0; i < text.length; i++) sayByte(text.charCodeAt(i));
}

// `return fail("the value is no number")` ends a body.
export function fail(text: string): i32 {
  say(text);
  return ERROR;
}
