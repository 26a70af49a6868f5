// Converts a reading from one unit to another, in place: the number and the unit are rewritten, all other bytes stay.
//
//   {"value": 21.5, "unit": "°C", "quality": "good"}   from °C to °F
//   {"value": 70.7, "unit": "°F", "quality": "good"}
//
// The unit that the record names counts: one that is already in `to` passes as it is, one in a third unit is an error, since
// converting it would write a wrong value.

import {
  Bytes,
  PASS,
  fail,
  findJson,
  hasParam,
  numberParam,
  onlyParams,
  param,
  pathParam,
  reading,
  readingOf,
  runInit,
  runMap,
  say,
  sayBytes,
  write,
  writeByte,
  writeNumber,
  writeRange,
} from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";
import { Unit, convert, unitOf, unitsOf } from "./units";

let path = new Bytes();
let unitPath = new Bytes();
let from: Unit | null = null;
let to: Unit | null = null;
let unitText = new Bytes(); // what is written as the unit, where something is
let factor: f64 = 1;
let offset: f64 = 0;
let custom = false;

const unit = new Bytes();

export function init(at: usize, size: i32, version: i32): i32 {
  return runInit(at, size, version, () => {
    path = pathParam("path", "value");
    unitPath = pathParam("unit-path", "unit");
    custom = hasParam("factor") || hasParam("offset");
    factor = numberParam("factor", 1, -1e300, 1e300, "a number");
    offset = numberParam("offset", 0, -1e300, 1e300, "a number");
    unitText = Bytes.of(param("to", ""));
    if (custom) {
      if (hasParam("from")) return fail("'from' goes with a known unit in 'to'; with 'factor' or 'offset' leave it out");
    } else {
      if (!hasParam("to")) return fail("'to' is missing: the unit to convert to; or give 'factor' and 'offset'");
      to = knownUnit("to");
      from = hasParam("from") ? knownUnit("from") : null;
      if (to && from && to!.quantity != from!.quantity) {
        return fail(`'from' is a unit of ${from!.quantity}, 'to' one of ${to!.quantity}; both must measure the same`);
      }
    }
    return onlyParams(["path", "unit-path", "from", "to", "factor", "offset"]);
  });
}

function knownUnit(name: string): Unit | null {
  const text = param(name, "");
  const known = unitOf(text);
  if (!known) fail(`'${name}' is '${text}'; it must be one of${unitsOf("")}. `);
  return known;
}

export function map(at: usize, size: i32, version: i32): i32 {
  return runMap(at, size, version, (record) => {
    const value = record.value;
    const number = readingOf(value, path);
    if (isNaN(number)) return withoutNumber(value);
    const hasUnit = findJson(value, unitPath, unit) && unit.size >= 2 && unit.byte(0) == 0x22;
    let result: f64;
    if (custom) {
      result = number * factor + offset;
    } else {
      const named = hasUnit ? namedUnit() : from;
      if (named === to) {
        write(value);
        return PASS;
      }
      if (!named || (from && named !== from)) return wrongUnit(hasUnit);
      if (named.quantity != to!.quantity) return wrongUnit(hasUnit);
      result = convert(number, named, to!);
    }
    if (!isFinite(result)) return fail("the result is beyond what a number holds");
    rewrite(value, result, hasUnit && unitText.size > 0);
    return PASS;
  });
}

// A reading without a value, null, stays as it is.
function withoutNumber(value: Bytes): i32 {
  if (reading.size == 4 && load<u32>(reading.at) == 0x6c6c756e) {
    write(value);
    return PASS;
  }
  if (reading.size == 0) return fail("there is no number at the path");
  say("no number but: ");
  sayBytes(reading);
  return fail("");
}

function namedUnit(): Unit | null {
  return unitOf(String.UTF8.decodeUnsafe(unit.at + 1, unit.size - 2));
}

function wrongUnit(hasUnit: bool): i32 {
  if (!hasUnit) return fail("the record names no unit, and there is no 'from'");
  say("the record's unit is ");
  sayBytes(unit);
  say(", which is neither 'from' nor 'to'");
  return fail("");
}

function rewrite(value: Bytes, result: f64, withUnit: bool): void {
  const unitFirst = withUnit && unit.at < reading.at;
  let done = value.at;
  if (unitFirst) done = rewriteUnit(done);
  writeRange(done, reading.at);
  writeNumber(result);
  done = reading.end;
  if (withUnit && !unitFirst) done = rewriteUnit(done);
  writeRange(done, value.end);
}

function rewriteUnit(done: usize): usize {
  writeRange(done, unit.at);
  writeByte(0x22);
  for (let i = 0; i < unitText.size; i++) {
    const byte = unitText.byte(i);
    if (byte == 0x22 || byte == 0x5c) writeByte(0x5c);
    writeByte(byte < 0x20 ? 0x20 : byte);
  }
  writeByte(0x22);
  return unit.end;
}
