// Sums up readings in windows of time, per key. Windows lie side by side from 1970 on and go by the records' own timestamps; a
// record that belongs to a later window than the open one of its key closes that, and the closed one goes out in its place:
//
//   {"from":1690000000000,"to":1690000060000,"count":3,"min":20.5,"max":21.5,"mean":21,"late":0,"unread":0}
//
// "late" counts records of earlier windows that came while this one was open, "unread" those without a number: neither is in the
// other figures. Where a new key has no room, the window of the key used longest ago closes early and goes out under its own
// key, so that it is not lost.
//
// State per key:  | from i64 | count i64 | min f64 | max f64 | sum f64 | late i64 | unread i64 |

import {
  Bytes,
  DROP,
  KeyTable,
  PASS,
  Record,
  durationParam,
  fail,
  integerParam,
  keyedBy,
  onlyParams,
  pathParam,
  readingOf,
  runFilterMap,
  runInit,
  runLookBack,
  writeInteger,
  writeNumber,
  writeText,
} from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

const FROM = 0;
const COUNT = 8;
const MIN = 16;
const MAX = 24;
const SUM = 32;
const LATE = 40;
const UNREAD = 48;
const STATE_SIZE = 56;

let path = new Bytes();
let length: i64 = 60000;
let keys = new KeyTable(STATE_SIZE, 10000);

export function init(at: usize, size: i32, version: i32): i32 {
  return runInit(at, size, version, () => {
    path = pathParam("path", "value");
    length = durationParam("length", length);
    keys = new KeyTable(STATE_SIZE, integerParam("max-keys", 10000, 1, 1000000));
    return onlyParams(["path", "length", "max-keys"]);
  });
}

// A window that closes here has gone out in an earlier life.
export function look_back(at: usize, size: i32, version: i32): i32 {
  return runLookBack(at, size, version, (record) => {
    if (record.timestamp < 0) return PASS;
    const state = keys.take(record.key.at, record.key.size);
    if (state == 0) return PASS;
    const from = windowOf(record.timestamp);
    if (keys.isNew || from > load<i64>(state, FROM)) open(state, from);
    add(state, from, record);
    return PASS;
  });
}

export function filter_map(at: usize, size: i32, version: i32): i32 {
  return runFilterMap(at, size, version, (record) => {
    if (record.timestamp < 0) return fail("the record has no timestamp");
    const state = keys.take(record.key.at, record.key.size);
    if (state == 0) return fail("the key is longer than 1,024 bytes");
    const from = windowOf(record.timestamp);
    let verdict = DROP;
    if (keys.isNew) {
      open(state, from);
      if (keys.evicted != 0) {
        keyedBy(keys.evictedKey, keys.evictedKeySize);
        writeWindow(keys.evicted);
        verdict = PASS;
      }
    } else if (from > load<i64>(state, FROM)) {
      writeWindow(state);
      open(state, from);
      verdict = PASS;
    }
    add(state, from, record);
    return verdict;
  });
}

function windowOf(timestamp: i64): i64 {
  return timestamp - (timestamp % length);
}

function open(state: usize, from: i64): void {
  memory.fill(state, 0, STATE_SIZE);
  store<i64>(state, from, FROM);
  store<f64>(state, Infinity, MIN);
  store<f64>(state, -Infinity, MAX);
}

function add(state: usize, from: i64, record: Record): void {
  if (from < load<i64>(state, FROM)) return count(state + LATE);
  const value = readingOf(record.value, path);
  if (isNaN(value)) return count(state + UNREAD);
  count(state + COUNT);
  store<f64>(state, min(value, load<f64>(state, MIN)), MIN);
  store<f64>(state, max(value, load<f64>(state, MAX)), MAX);
  store<f64>(state, load<f64>(state, SUM) + value, SUM);
}

function count(at: usize): void {
  store<i64>(at, load<i64>(at) + 1);
}

function writeWindow(state: usize): void {
  const from = load<i64>(state, FROM);
  const readings = load<i64>(state, COUNT);
  writeText('{"from":');
  writeInteger(from);
  writeText(',"to":');
  writeInteger(from + length);
  writeText(',"count":');
  writeInteger(readings);
  writeFigure(',"min":', load<f64>(state, MIN), readings);
  writeFigure(',"max":', load<f64>(state, MAX), readings);
  writeFigure(',"mean":', load<f64>(state, SUM) / <f64>readings, readings);
  writeText(',"late":');
  writeInteger(load<i64>(state, LATE));
  writeText(',"unread":');
  writeInteger(load<i64>(state, UNREAD));
  writeText("}");
}

function writeFigure(name: string, value: f64, readings: i64): void {
  writeText(name);
  if (readings == 0 || !isFinite(value)) writeText("null");
  else writeNumber(value);
}
