// Runs a SmartModule over lines of standard input, in Node's own WebAssembly. For authors and for tests of guests; the real
// host is the Java one.
//
//   node try.mjs guest.wasm [-e key=value]... [--keys] [--batch 1000] [--look-back lines.txt] < lines.txt
//   node try.mjs guest.wasm [-e key=value]... --bench 2000      calls with 1,000 records of 100 bytes, and their speed
//
// --keys: a line is `key<TAB>value` or `milliseconds<TAB>key<TAB>value`, and outputs are printed with their keys.
import { readFileSync } from "node:fs";

const VERSION = 22;
export const KINDS = ["filter", "map", "filter_map", "array_map", "aggregate"];

// ---- Encoding: big-endian, varints are zigzag LEB128.

class Writer {
  bytes = [];
  fixed(value, size) {
    for (let i = size - 1; i >= 0; i--) this.bytes.push(Number((BigInt(value) >> BigInt(8 * i)) & 255n));
    return this;
  }
  raw(bytes) {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }
  vector(bytes) {
    return this.fixed(bytes.length, 4).raw(bytes);
  }
  string(text) {
    const bytes = Buffer.from(text);
    return this.fixed(bytes.length, 2).raw(bytes);
  }
  varint(value) {
    let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
    for (; rest > 127n; rest >>= 7n) this.bytes.push(Number(rest & 127n) | 128);
    this.bytes.push(Number(rest));
    return this;
  }
}

class Reader {
  at = 0;
  constructor(bytes) {
    this.view = Buffer.from(bytes);
  }
  raw(size) {
    if (size < 0 || this.at + size > this.view.length) throw new Error(`the output ends inside a field of ${size} bytes`);
    return this.view.subarray(this.at, (this.at += size));
  }
  fixed(size) {
    return this.raw(size).reduce((value, byte) => value * 256 + byte, 0);
  }
  signed() {
    return this.raw(8).readBigInt64BE();
  }
  varint() {
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = BigInt(this.raw(1)[0]);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return Number((value >> 1n) ^ -(value & 1n));
    }
    throw new Error("a varint without an end");
  }
  sized() {
    return this.raw(this.varint());
  }
  optional() {
    return this.fixed(1) ? this.sized() : null;
  }
  hint() {
    return this.raw(this.fixed(2)).toString();
  }
  end() {
    if (this.at !== this.view.length) throw new Error(`${this.view.length - this.at} bytes too many in the output`);
  }
}

export function encodeParams(params) {
  const names = Object.keys(params).sort();
  const out = new Writer().fixed(names.length, 2);
  for (const name of names) out.string(name).string(params[name]);
  return out.fixed(0, 1).bytes;
}

// A record is {value, key?, offset, timestamp}; the first one's offset and timestamp are the base.
export function encodeInput(records, accumulator) {
  const base = records[0] ?? { offset: 0, timestamp: 0 };
  const raw = new Writer().fixed(records.length, 4);
  for (const { value, key = null, offset, timestamp } of records) {
    const body = new Writer().fixed(0, 1).varint(timestamp - base.timestamp).varint(offset - base.offset);
    body.fixed(key === null ? 0 : 1, 1);
    if (key !== null) body.varint(Buffer.from(key).length).raw(Buffer.from(key));
    body.varint(Buffer.from(value).length).raw(Buffer.from(value)).varint(0);
    raw.varint(body.bytes.length).raw(body.bytes);
  }
  const out = new Writer().fixed(base.offset, 8).vector(raw.bytes);
  out.fixed(0, 2).fixed(0, 1).fixed(0, 4).fixed(base.timestamp, 8);
  return accumulator === undefined ? out.bytes : out.vector(accumulator).bytes;
}

function decodeRecord(input) {
  const size = input.varint();
  const end = input.at + size;
  input.fixed(1);
  const record = { timestampDelta: input.varint(), offsetDelta: input.varint(), key: input.optional(), value: input.sized() };
  if (input.varint() !== 0 || input.at !== end) throw new Error("a record whose length is a lie");
  return record;
}

export function decodeOutput(bytes, aggregate) {
  const input = new Reader(bytes);
  const successes = [];
  for (let left = input.fixed(4); left > 0; left--) successes.push(decodeRecord(input));
  const error = input.fixed(1)
    ? { hint: input.hint(), offset: input.signed(), kind: input.fixed(1), key: input.optional(), value: input.sized() }
    : null;
  const accumulator = aggregate ? Buffer.from(input.raw(input.fixed(4))) : undefined;
  input.end();
  return { successes, error, accumulator };
}

// ---- A guest: one instance, its state in its memory.

export class Guest {
  lent = [];
  deallocates = true; // false: as a host that forgets to

  constructor(bytes) {
    const module = new WebAssembly.Module(bytes);
    const env = { copy_records: (at, size) => this.copy(at, size) };
    this.exports = new WebAssembly.Instance(module, { env, wasi_snapshot_preview1: this.wasi() }).exports;
    this.kind = KINDS.find((kind) => this.exports[kind]);
    if (!this.kind) throw new Error("the module exports none of " + KINDS.join(", "));
  }

  copy(at, size) {
    this.check(at, size);
    this.lent.push({ at, size, bytes: Buffer.from(new Uint8Array(this.exports.memory.buffer, at >>> 0, size)) });
  }

  check(at, size) {
    if (size < 0 || (at >>> 0) + size > this.exports.memory.buffer.byteLength) {
      throw new Error(`the guest points at ${size} bytes at ${at >>> 0}, outside its memory`);
    }
  }

  // Gives the status and the output's bytes (null where the guest copied none), and deallocates every output.
  call(name, bytes) {
    const at = this.exports.alloc(bytes.length);
    this.check(at, bytes.length);
    new Uint8Array(this.exports.memory.buffer).set(bytes, at >>> 0);
    this.lent = [];
    const status = this.exports[name](at, bytes.length, VERSION);
    const outputs = this.lent;
    if (this.deallocates) for (const output of outputs) this.exports.dealloc(output.at, output.size);
    return { status, output: outputs.length ? outputs[outputs.length - 1].bytes : null };
  }

  init(params) {
    if (!this.exports.init) return;
    const { status, output } = this.call("init", encodeParams(params));
    if (status === -2 && output) throw new Error("init refuses: " + new Reader(output).hint());
    if (status !== 0) throw new Error(`init answers ${status}`);
  }

  lookBack(records) {
    const { status, output } = this.call("look_back", encodeInput(records));
    if (status === -99 && output) throw new Error("look_back fails: " + new Reader(output).hint());
    if (status !== 0) throw new Error(`look_back answers ${status}`);
  }

  transform(records, accumulator) {
    const aggregate = this.kind === "aggregate";
    const { status, output } = this.call(this.kind, encodeInput(records, aggregate ? (accumulator ?? []) : undefined));
    if (status < 0) throw new Error(`${this.kind} answers ${status}`);
    if (!output) throw new Error(`${this.kind} answers ${status} without an output`);
    const decoded = decodeOutput(output, aggregate);
    if (decoded.successes.length !== status) throw new Error(`${status} is not the number of outputs`);
    return decoded;
  }

  memoryBytes() {
    return this.exports.memory.buffer.byteLength;
  }

  wasi() {
    const view = () => new DataView(this.exports.memory.buffer);
    return {
      fd_write: (fd, vectors, count, written) => {
        let total = 0;
        for (let i = 0; i < count; i++) {
          const at = view().getUint32(vectors + 8 * i, true);
          const size = view().getUint32(vectors + 8 * i + 4, true);
          process.stderr.write(Buffer.from(this.exports.memory.buffer, at, size));
          total += size;
        }
        view().setUint32(written, total, true);
        return 0;
      },
      environ_get: () => 0,
      environ_sizes_get: (count, size) => (view().setUint32(count, 0, true), view().setUint32(size, 0, true), 0),
      proc_exit: (code) => {
        throw new Error(`the guest exits with ${code}`);
      },
    };
  }
}

// ---- The command.

function main(args) {
  const params = {};
  const option = { batch: 1000 };
  const path = args.shift();
  while (args.length) {
    const name = args.shift();
    if (name === "-e") {
      const [, key, value] = args.shift().match(/^([^=]*)=(.*)$/s);
      params[key] = value;
    } else if (name === "--keys") option.keys = true;
    else if (name === "--batch") option.batch = Number(args.shift());
    else if (name === "--look-back") option.lookBack = args.shift();
    else if (name === "--bench") option.bench = Number(args.shift());
    else throw new Error(`no such option: ${name}`);
  }
  const guest = new Guest(readFileSync(path));
  guest.init(params);
  if (option.bench) return bench(guest, option.bench);

  let offset = 0;
  const toRecord = (line) => {
    const parts = option.keys ? line.split("\t") : [line];
    const value = parts.pop();
    const key = parts.pop();
    return { value, key, timestamp: Number(parts.pop() ?? 0), offset: offset++ };
  };
  const lines = (file) => readFileSync(file, "utf8").split("\n").filter((line, i, all) => line || i < all.length - 1);
  if (option.lookBack) guest.lookBack(lines(option.lookBack).map(toRecord));
  const records = lines(0).map(toRecord);
  let accumulator;
  for (let i = 0; i < records.length; i += option.batch) {
    const answer = guest.transform(records.slice(i, i + option.batch), accumulator);
    accumulator = answer.accumulator;
    for (const { key, value } of answer.successes) {
      process.stdout.write((option.keys && key !== null ? key + "\t" : "") + value + "\n");
    }
    if (answer.error) {
      process.stderr.write(`offset ${answer.error.offset}: ${answer.error.hint}\n`);
      process.exitCode = 1;
      break;
    }
  }
}

function bench(guest, calls) {
  const value = (i) => `{"value": ${20 + (i % 70) / 10}, "unit": "°C", "quality": "good", "n": ${i}}`.padEnd(99, " ");
  const records = Array.from({ length: 1000 }, (_, i) => ({ value: value(i), key: "s" + (i % 10), offset: i, timestamp: i }));
  const input = encodeInput(records, guest.kind === "aggregate" ? Buffer.from("1") : undefined);
  let passed = 0;
  let best = Infinity;
  const each = Math.max(1, Math.floor(calls / 5));
  for (let round = 0; round < 5; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < each; i++) passed += guest.call(guest.kind, input).status;
    best = Math.min(best, Number(process.hrtime.bigint() - start) / each);
  }
  const perSecond = ((1000 / best) * 1e9) / 1e6;
  console.log(`${perSecond.toFixed(2)} million records a second, ${passed} out, ${guest.memoryBytes() / 1024} KiB of memory`);
}

if (process.argv[1]?.endsWith("try.mjs")) {
  try {
    main(process.argv.slice(2));
  } catch (trouble) {
    console.error(trouble.message);
    process.exitCode = 2;
  }
}
