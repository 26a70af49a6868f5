// A host of a SmartModule in Node's own WebAssembly, measured by `bench smartmodule`: each call as a host must make it.
//
//   node guest_host.mjs GUEST INIT_INPUT INPUTS EXPORT
//
// INPUTS: each input of a batch with its length before it, u32 big-endian. A line `NANOS` on the standard input has it work for so
// long; the answer is one line of JSON.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const VERSION = 22;
const [guest, initInput, inputsFile, name] = process.argv.slice(2);

let lent = null;
const began = process.hrtime.bigint();
const compiled = new WebAssembly.Module(readFileSync(guest));
const loaded = process.hrtime.bigint();
const imports = Object.fromEntries(
  WebAssembly.Module.imports(compiled).map(({ module, name }) => [
    module,
    { [name]: (at, size) => (lent = { at, size, bytes: new Uint8Array(memory.buffer).slice(at, at + size) }) },
  ]),
);
const { memory, alloc, dealloc, ...functions } = new WebAssembly.Instance(compiled, imports).exports;

function call(which, input) {
  const at = alloc(input.length);
  new Uint8Array(memory.buffer).set(input, at);
  lent = null;
  const status = functions[which](at, input.length, VERSION);
  if (lent) dealloc(lent.at, lent.size);
  return status;
}

if (functions.init && call("init", readFileSync(initInput)) !== 0) throw new Error("init refuses");
const inputs = [];
const all = readFileSync(inputsFile);
for (let at = 0; at < all.length; at += 4 + all.readUInt32BE(at)) {
  inputs.push(all.subarray(at + 4, at + 4 + all.readUInt32BE(at)));
}
console.log(JSON.stringify({ loadNanos: Number(loaded - began) }));

for await (const line of createInterface({ input: process.stdin })) {
  const nanos = BigInt(line);
  let batches = 0;
  let passed = 0;
  const start = process.hrtime.bigint();
  let spent = 0n;
  while (spent < nanos) {
    for (const input of inputs) passed += call(name, input);
    batches += inputs.length;
    spent = process.hrtime.bigint() - start;
  }
  console.log(JSON.stringify({ batches, passed, nanos: Number(spent) }));
}
