// Decimal numbers, read from bytes and written as bytes, without a string between.

import { Bytes } from "./bytes";
import { room, wrote } from "./output";

const MANY: f64[] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
  1e22,
];

// @ts-ignore: decorator
@inline function digitAt(at: usize, end: usize): u32 {
  return at < end ? <u32>load<u8>(at) - 0x30 : 10;
}

// A number as JSON writes it, and nothing around it; NaN where it is none. Numbers of up to 15 digits are read exactly, longer
// ones to within two units of the last place.
export function readNumber(from: usize, end: usize): f64 {
  let at = from;
  const negative = at < end && load<u8>(at) == 0x2d;
  if (negative) at++;
  const first = at;
  let mantissa: u64 = 0;
  let exponent = 0;
  for (let digit = digitAt(at, end); digit < 10; digit = digitAt(++at, end)) {
    if (mantissa < 100000000000000000) mantissa = mantissa * 10 + digit;
    else exponent++;
  }
  if (at == first || (load<u8>(first) == 0x30 && at > first + 1)) return NaN;
  if (at < end && load<u8>(at) == 0x2e) {
    const point = ++at;
    for (let digit = digitAt(at, end); digit < 10; digit = digitAt(++at, end)) {
      if (mantissa >= 100000000000000000) continue;
      mantissa = mantissa * 10 + digit;
      exponent--;
    }
    if (at == point) return NaN;
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    const minus = at < end && load<u8>(at) == 0x2d;
    if (minus || (at < end && load<u8>(at) == 0x2b)) at++;
    const start = at;
    let power = 0;
    for (let digit = digitAt(at, end); digit < 10; digit = digitAt(++at, end)) {
      if (power < 10000) power = power * 10 + digit;
    }
    if (at == start) return NaN;
    exponent += minus ? -power : power;
  }
  if (at != end) return NaN;
  const value = scaled(<f64>mantissa, exponent);
  if (!isFinite(value)) return NaN; // what no double holds is no number that we could reckon with
  return negative ? -value : value;
}

function scaled(value: f64, exponent: i32): f64 {
  if (value == 0) return 0;
  for (; exponent > 22; exponent -= 22) {
    value *= 1e22;
    if (!isFinite(value)) return value;
  }
  for (; exponent < -22; exponent += 22) {
    value /= 1e22;
    if (value == 0) return 0;
  }
  return exponent < 0 ? value / unchecked(MANY[-exponent]) : value * unchecked(MANY[exponent]);
}

// A decimal integer of 64 bits with an optional sign, and nothing around it. The answer is in `integer`.
export let integer: i64 = 0;

export function readInteger(text: Bytes): bool {
  let at = text.at;
  const end = text.end;
  const negative = at < end && load<u8>(at) == 0x2d;
  if (negative || (at < end && load<u8>(at) == 0x2b)) at++;
  if (at == end) return false;
  const limit: u64 = negative ? <u64>1 << 63 : <u64>i64.MAX_VALUE;
  let sum: u64 = 0;
  for (; at < end; at++) {
    const digit = digitAt(at, end);
    if (digit > 9 || sum > (limit - digit) / 10) return false;
    sum = sum * 10 + digit;
  }
  integer = negative ? 0 - sum : sum;
  return true;
}

export function writeInteger(value: i64): void {
  wrote(<i32>(putInteger(room(20), value) - room(0)));
}

function putInteger(at: usize, value: i64): usize {
  if (value < 0) store<u8>(at++, 0x2d);
  return putDigits(at, value < 0 ? 0 - <u64>value : <u64>value, 1);
}

// At least `least` digits, with zeros in front.
function putDigits(at: usize, value: u64, least: i32): usize {
  let digits = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  digits = max(digits, least);
  for (let i = digits - 1; i >= 0; i--) {
    store<u8>(at + i, 0x30 + value % 10);
    value /= 10;
  }
  return at + digits;
}

// Doubles hold all whole numbers up to here.
const MAX_WHOLE: f64 = 9007199254740992;

// Whole numbers exactly, others with at most 12 significant digits and without zeros at the end: what a conversion leaves behind
// the twelfth is noise of binary fractions, and 70.7 shall not go out as 70.70000000000002.
export function writeNumber(value: f64): void {
  if (value == nearest(value) && abs(value) < MAX_WHOLE) {
    writeInteger(<i64>value);
    return;
  }
  const start = room(40);
  let at = start;
  if (value < 0) store<u8>(at++, 0x2d);
  const size = abs(value);
  let exponent = decimalExponent(size);
  let digits = <u64>nearest(scaled(size, 11 - exponent));
  if (digits >= 1000000000000) {
    digits /= 10;
    exponent++;
  }
  let count = 12;
  for (; count > 1 && digits % 10 == 0; count--) digits /= 10;

  if (exponent >= 21 || exponent < -6) {
    at = putScientific(at, digits, count, exponent);
  } else if (exponent < 0) {
    store<u8>(at++, 0x30);
    store<u8>(at++, 0x2e);
    at = putDigits(at, digits, count - exponent - 1);
  } else if (count > exponent + 1) {
    const fraction = <u64>unchecked(MANY[count - exponent - 1]);
    at = putDigits(at, digits / fraction, 1);
    store<u8>(at++, 0x2e);
    at = putDigits(at, digits % fraction, count - exponent - 1);
  } else {
    at = putDigits(at, digits, 1);
    for (let i = count; i <= exponent; i++) store<u8>(at++, 0x30);
  }
  wrote(<i32>(at - start));
}

function putScientific(at: usize, digits: u64, count: i32, exponent: i32): usize {
  const fraction = <u64>unchecked(MANY[count - 1]);
  at = putDigits(at, digits / fraction, 1);
  if (count > 1) {
    store<u8>(at++, 0x2e);
    at = putDigits(at, digits % fraction, count - 1);
  }
  store<u8>(at++, 0x65);
  return putInteger(at, exponent);
}

// The power of ten of the first digit.
function decimalExponent(size: f64): i32 {
  let exponent = 0;
  for (; size >= 1e22; exponent += 22) size /= 1e22;
  for (; size < 1; exponent -= 22) size *= 1e22;
  let power = 0;
  while (power < 22 && size >= unchecked(MANY[power + 1])) power++;
  return exponent + power;
}
