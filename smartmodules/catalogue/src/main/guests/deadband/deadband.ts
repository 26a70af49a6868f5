// Passes a reading only when it says something new: it differs from the last one passed, it crosses a threshold, or there was
// silence for too long. What is no number always passes.
//
// Thresholds have hysteresis: a key is high from `high` up, low from `low` down, and between them it stays what it was.
//
// State per key:  | last passed value f64 | when it passed i64 | side i32 |

import {
  Bytes,
  DROP,
  KeyTable,
  PASS,
  Record,
  durationParam,
  fail,
  hasParam,
  integerParam,
  numberParam,
  onlyParams,
  pathParam,
  readingOf,
  runFilter,
  runInit,
  runLookBack,
} from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

const VALUE = 0;
const PASSED_AT = 8;
const SIDE = 16;
const STATE_SIZE = 24;

// Sides, so that a state of zeros is a key between the thresholds.
const LOW = -1;
const HIGH = 1;

// Differences below the twelfth digit are noise of binary fractions: 21.3 - 20.8 is not more than 0.5.
const NOISE = 1e-12;

let path = new Bytes();
let band: f64 = Infinity;
let share: f64 = Infinity; // `percent` as a fraction
let low: f64 = NaN;
let high: f64 = NaN;
let maxSilence: i64 = i64.MAX_VALUE;
let keys = new KeyTable(STATE_SIZE, 10000);

export function init(at: usize, size: i32, version: i32): i32 {
  return runInit(at, size, version, () => {
    path = pathParam("path", "value");
    band = numberParam("band", Infinity, 0, 1e300, "a number from 0 up");
    share = numberParam("percent", Infinity, 0, 1e300, "a number from 0 up") / 100;
    low = numberParam("low", NaN, -1e300, 1e300, "a number");
    high = numberParam("high", NaN, -1e300, 1e300, "a number");
    maxSilence = durationParam("max-silence", i64.MAX_VALUE);
    keys = new KeyTable(STATE_SIZE, integerParam("max-keys", 10000, 1, 1000000));
    if (hasParam("low") != hasParam("high")) return fail("'low' and 'high' come together; one of them is missing");
    if (low > high) return fail("'low' is above 'high'; it must be below it or equal");
    if (!hasParam("band") && !hasParam("percent") && !hasParam("low")) {
      return fail("one of 'band', 'percent', or 'low' with 'high' must be given");
    }
    return onlyParams(["path", "band", "percent", "low", "high", "max-silence", "max-keys"]);
  });
}

export function look_back(at: usize, size: i32, version: i32): i32 {
  return runLookBack(at, size, version, news);
}

export function filter(at: usize, size: i32, version: i32): i32 {
  return runFilter(at, size, version, news);
}

function news(record: Record): i32 {
  const value = readingOf(record.value, path);
  if (isNaN(value)) return PASS;
  const state = keys.take(record.key.at, record.key.size);
  if (state == 0) return PASS; // the key is too long to be remembered
  const sideBefore = load<i32>(state, SIDE);
  const side = sideOf(value, sideBefore);
  const isNews = keys.isNew || side != sideBefore || differs(value, load<f64>(state, VALUE)) || silent(record, state);
  store<i32>(state, side, SIDE);
  if (!isNews) return DROP;
  store<f64>(state, value, VALUE);
  store<i64>(state, record.timestamp, PASSED_AT);
  return PASS;
}

function sideOf(value: f64, before: i32): i32 {
  if (value >= high) return HIGH;
  if (value <= low) return LOW;
  return before;
}

function differs(value: f64, last: f64): bool {
  const difference = abs(value - last);
  const noise = max(abs(value), abs(last)) * NOISE;
  return difference > band + noise || difference > share * abs(last) + noise;
}

function silent(record: Record, state: usize): bool {
  return record.timestamp - load<i64>(state, PASSED_AT) >= maxSilence;
}
