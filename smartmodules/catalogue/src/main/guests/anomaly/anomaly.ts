// Raises an alarm where a reading is far from what its key has shown before: |z| = |value - mean| / stddev over the last readings.
//
//   {"value":34.5,"mean":86.1,"stddev":12.9,"z":-4,"count":2000}
//
// What enters the window is clipped to CLIP standard deviations round the mean, so that an outlier hides neither itself nor the
// next one; where a level has really moved, the window follows it step by step. Each alarm silences its key for `hold`.
//
// State per key:  | last alarm i64 | count i32 | next i32 | sum f64 | sum of squares f64 | origin f64 | ring of f64 ... |
//
// Sums are of differences from the first reading (`origin`), and are made anew whenever the ring has gone round once: so they
// lose no digits to a large mean, and rounding does not add up.

import {
  Bytes,
  DROP,
  KeyTable,
  PASS,
  Record,
  durationParam,
  fail,
  integerParam,
  numberParam,
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

const ALARM_AT = 0;
const COUNT = 8;
const NEXT = 12;
const SUM = 16;
const SQUARES = 24;
const ORIGIN = 32;
const RING = 40;

const CLIP: f64 = 2;

// Whose squares can be added up; what is larger counts as so large.
const LARGEST: f64 = 1e100;

// All rings together, so that `window` and `max-keys` cannot ask for more memory than a guest gets.
const MAX_READINGS: i64 = 4 << 20;

const NEVER: i64 = i64.MIN_VALUE;

let path = new Bytes();
let window = 2000;
let threshold: f64 = 4;
let minSamples = 100;
let hold: i64 = 12 * 3600000;
let keys = new KeyTable(RING + 8 * 2000, 1000);

export function init(at: usize, size: i32, version: i32): i32 {
  return runInit(at, size, version, () => {
    path = pathParam("path", "value");
    window = integerParam("window", window, 10, 100000);
    threshold = numberParam("threshold", threshold, 0.1, 1000, "a number from 0.1 to 1000");
    minSamples = integerParam("min-samples", min(minSamples, window), 2, window);
    hold = durationParam("hold", hold);
    const maxKeys = integerParam("max-keys", 1000, 1, 100000);
    if (<i64>window * maxKeys > MAX_READINGS) {
      return fail(`'window' times 'max-keys' is ${<i64>window * maxKeys}; it must be at most ${MAX_READINGS}`);
    }
    keys = new KeyTable(RING + 8 * window, maxKeys);
    return onlyParams(["path", "window", "threshold", "min-samples", "hold", "max-keys"]);
  });
}

let mean: f64 = 0;
let deviation: f64 = 0;
let z: f64 = 0;

export function look_back(at: usize, size: i32, version: i32): i32 {
  return runLookBack(at, size, version, (record) => {
    const value = readingOf(record.value, path);
    if (isNaN(value)) return PASS;
    const state = keys.take(record.key.at, record.key.size);
    if (state != 0) judge(state, value, record.timestamp);
    return PASS;
  });
}

// What is no number, such as a reading of bad quality, is no anomaly and raises no alarm.
export function filter_map(at: usize, size: i32, version: i32): i32 {
  return runFilterMap(at, size, version, (record) => {
    const value = readingOf(record.value, path);
    if (isNaN(value)) return DROP;
    const state = keys.take(record.key.at, record.key.size);
    if (state == 0) return fail("the key is longer than 1,024 bytes");
    const count = load<i32>(state, COUNT);
    if (!judge(state, value, record.timestamp)) return DROP;
    writeText('{"value":');
    writeNumber(value);
    writeText(',"mean":');
    writeNumber(mean);
    writeText(',"stddev":');
    writeNumber(deviation);
    writeText(',"z":');
    writeNumber(z);
    writeText(',"count":');
    writeInteger(count);
    writeText("}");
    return PASS;
  });
}

// Whether this reading raises an alarm; takes it into the window.
function judge(state: usize, reading: f64, timestamp: i64): bool {
  const value = max(-LARGEST, min(LARGEST, reading));
  if (keys.isNew) {
    store<i64>(state, NEVER, ALARM_AT);
    store<f64>(state, value, ORIGIN);
  }
  const origin = load<f64>(state, ORIGIN);
  const count = load<i32>(state, COUNT);
  let entering = value;
  let alarm = false;
  if (count >= minSamples) {
    const centre = load<f64>(state, SUM) / <f64>count;
    mean = origin + centre;
    deviation = sqrt(max(0.0, load<f64>(state, SQUARES) / <f64>count - centre * centre));
    if (deviation > abs(mean) * 1e-9) { // a window of equal values has no measure of what is far
      z = (value - mean) / deviation;
      const alarmAt = load<i64>(state, ALARM_AT);
      alarm = abs(z) > threshold && (alarmAt == NEVER || timestamp - alarmAt >= hold);
      if (alarm) store<i64>(state, timestamp, ALARM_AT);
      entering = max(mean - CLIP * deviation, min(mean + CLIP * deviation, value));
    }
  }
  enter(state, entering - origin);
  return alarm;
}

function enter(state: usize, value: f64): void {
  const count = load<i32>(state, COUNT);
  const next = load<i32>(state, NEXT);
  const slot = state + RING + 8 * next;
  const leaving = count == window ? load<f64>(slot) : 0;
  store<f64>(slot, value);
  store<i32>(state, min(count + 1, window), COUNT);
  store<i32>(state, next + 1 == window ? 0 : next + 1, NEXT);
  if (next + 1 == window) {
    addUp(state);
  } else {
    store<f64>(state, load<f64>(state, SUM) + value - leaving, SUM);
    store<f64>(state, load<f64>(state, SQUARES) + value * value - leaving * leaving, SQUARES);
  }
}

function addUp(state: usize): void {
  let sum: f64 = 0;
  let squares: f64 = 0;
  for (let i = 0; i < window; i++) {
    const value = load<f64>(state + RING + 8 * i);
    sum += value;
    squares += value * value;
  }
  store<f64>(state, sum, SUM);
  store<f64>(state, squares, SQUARES);
}
