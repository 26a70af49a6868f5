// One call of the host, for each kind: decode, run the body on each record, lend the output, free the input.
//
// The collector runs at the end of a call, when no frame of the guest holds a reference: what a body allocated is gone
// after each call, and memory does not grow.

import { Bytes } from "./bytes";
import { clearHint, hintSize } from "./hint";
import * as input from "./input";
import { lend, takeBack } from "./memory";
import * as output from "./output";
import { keepParams } from "./params";
import { DROP, ERROR, PASS, Record } from "./record";

const FILTER: u8 = 0;
const MAP: u8 = 1;
const ARRAY_MAP: u8 = 2;
const AGGREGATE: u8 = 3;
const FILTER_MAP: u8 = 4;

const INIT_REFUSED: i32 = -2;
const INIT_BAD_INPUT: i32 = -10;
const LOOK_BACK_BAD_INPUT: i32 = -66;
const LOOK_BACK_BAD_RECORDS: i32 = -77;
const LOOK_BACK_FAILED: i32 = -99;

const record = new Record();

// Refuses the params where the body returns ERROR, and where any reader of a param has said what is wrong.
export function runInit(at: usize, size: i32, version: i32, body: () => i32): i32 {
  takeBack();
  input.open(at, at + size);
  input.skipParams();
  const params = input.at;
  input.skipLookback();
  if (!input.knows(version) || input.broken || input.at != input.end) return ended(at, INIT_BAD_INPUT);
  keepParams(at, <i32>(params - at));
  clearHint();
  if (body() != ERROR && hintSize == 0) return ended(at, 0);
  output.openOutput(512, false);
  output.writeHint();
  output.lendOutput();
  return ended(at, INIT_REFUSED);
}

export function runLookBack(at: usize, size: i32, version: i32, body: (record: Record) => i32): i32 {
  takeBack();
  const bad = input.readInput(at, size, version, false);
  if (bad != 0) return ended(at, bad == input.BAD_INPUT ? LOOK_BACK_BAD_INPUT : LOOK_BACK_BAD_RECORDS);
  for (let left = input.count; left != 0; left--) {
    if (!input.readRecord(record)) return ended(at, LOOK_BACK_BAD_RECORDS);
    clearHint();
    if (body(record) != ERROR) continue;
    output.openOutput(1024, false);
    output.writeHint();
    output.writeFixed(record.offset, 8);
    output.writeKeyAndValue(record);
    output.lendOutput();
    return ended(at, LOOK_BACK_FAILED);
  }
  return ended(at, input.at == input.end ? 0 : LOOK_BACK_BAD_RECORDS);
}

// The survivors move together inside the input's own buffer, run by run, and that buffer is lent as the output: where all
// pass, nothing is copied at all.
export function runFilter(at: usize, size: i32, version: i32, body: (record: Record) => i32): i32 {
  takeBack();
  const bad = input.readInput(at, size, version, false);
  if (bad != 0) return ended(at, bad);
  if (input.count == 0) return input.at == input.end ? nothing(at) : ended(at, input.BAD_RECORDS);
  const records = input.records;
  let to = records + 4;
  let run = to;
  let passed = 0;
  let verdict = PASS;
  for (let left = input.count; left != 0 && verdict != ERROR; left--) {
    const start = input.at;
    if (!input.readRecord(record)) return ended(at, input.BAD_RECORDS);
    clearHint();
    verdict = body(record);
    if (verdict == PASS) {
      passed++;
      continue;
    }
    if (to != run) memory.copy(to, run, start - run);
    to += start - run;
    run = input.at;
  }
  store<u32>(records, bswap<u32>(passed));
  if (verdict == ERROR) {
    output.openOutput(<i32>(to - records) + 1024, false);
    output.writeRange(records, to);
    output.writeError(FILTER, record);
    output.lendOutput();
    return ended(at, passed);
  }
  if (input.at != input.end) return ended(at, input.BAD_RECORDS);
  if (to != run) memory.copy(to, run, input.end - run);
  to += input.end - run;
  store<u8>(to++, 0); // no error; params follow the records, so that there is a byte
  lend(records, <i32>(to - records), at);
  __collect();
  return passed;
}

export function runMap(at: usize, size: i32, version: i32, body: (record: Record) => i32): i32 {
  return runWriter(at, size, version, MAP, body);
}

export function runFilterMap(at: usize, size: i32, version: i32, body: (record: Record) => i32): i32 {
  return runWriter(at, size, version, FILTER_MAP, body);
}

export function runArrayMap(at: usize, size: i32, version: i32, body: (record: Record) => i32): i32 {
  return runWriter(at, size, version, ARRAY_MAP, body);
}

function runWriter(at: usize, size: i32, version: i32, kind: u8, body: (record: Record) => i32): i32 {
  takeBack();
  const bad = input.readInput(at, size, version, false);
  if (bad != 0) return ended(at, bad);
  output.openOutput(size + size / 4 + 64, kind == ARRAY_MAP);
  output.writeFixed(0, 4);
  let verdict = PASS;
  for (let left = input.count; left != 0 && verdict != ERROR; left--) {
    if (!input.readRecord(record)) return broken(at);
    clearHint();
    const start = output.outputSize();
    const records = output.recordsOut;
    output.openRecord(record);
    verdict = body(record);
    if (verdict == ERROR || (verdict == DROP && kind != ARRAY_MAP)) {
      output.cutOutput(start, records); // what a failed record wrote before it failed does not go out
    } else if (kind == ARRAY_MAP) {
      output.dropRecord();
    } else {
      output.closeRecord();
    }
  }
  if (verdict != ERROR && input.at != input.end) return broken(at);
  return lendRecords(at, kind, verdict);
}

const accumulator = new Bytes();
let accumulatorCapacity: i32 = 0;

export function runAggregate(
  at: usize,
  size: i32,
  version: i32,
  body: (accumulator: Bytes, record: Record) => i32,
): i32 {
  takeBack();
  const bad = input.readInput(at, size, version, true);
  if (bad != 0) return ended(at, bad);
  output.openOutput(size + size / 4 + 64, false);
  keepAccumulator(input.accumulator);
  output.writeFixed(0, 4);
  let verdict = PASS;
  for (let left = input.count; left != 0 && verdict != ERROR; left--) {
    if (!input.readRecord(record)) return broken(at);
    clearHint();
    output.openRecord(record);
    verdict = body(accumulator, record);
    if (verdict != PASS) {
      output.dropRecord();
      continue;
    }
    output.openValue(written);
    keepAccumulator(written);
    output.closeRecord();
  }
  if (verdict != ERROR && input.at != input.end) return broken(at);
  return lendRecords(at, AGGREGATE, verdict);
}

const written = new Bytes();

function keepAccumulator(bytes: Bytes): void {
  if (bytes.size > accumulatorCapacity || accumulator.at == 0) {
    if (accumulator.at != 0) heap.free(accumulator.at);
    accumulatorCapacity = bytes.size + bytes.size / 2 + 64;
    accumulator.at = heap.alloc(accumulatorCapacity);
  }
  memory.copy(accumulator.at, bytes.at, bytes.size);
  accumulator.size = bytes.size;
}

function lendRecords(at: usize, kind: u8, verdict: i32): i32 {
  output.putCount(output.recordsOut);
  if (verdict == ERROR) {
    output.writeError(kind, record);
  } else {
    output.writeByte(0);
  }
  if (kind == AGGREGATE) {
    output.writeFixed(accumulator.size, 4);
    output.write(accumulator);
  }
  output.lendOutput();
  return ended(at, output.recordsOut);
}

// An input without records leaves no room for a count in place.
function nothing(at: usize): i32 {
  output.openOutput(8, false);
  output.writeFixed(0, 4);
  output.writeByte(0);
  output.lendOutput();
  return ended(at, 0);
}

function broken(at: usize): i32 {
  output.discardOutput();
  return ended(at, input.BAD_RECORDS);
}

function ended(at: usize, status: i32): i32 {
  heap.free(at);
  __collect();
  return status;
}
