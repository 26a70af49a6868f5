// Checks the guests that are checked in, in Node's own WebAssembly: golden bytes, the same output from C and AssemblyScript,
// malformed input, and memory that does not grow over 100,000 calls.
//
//   node check-guests.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Guest, encodeInput, encodeParams } from "./try.mjs";

const here = new URL("./wasm/", import.meta.url);
const load = (name) => new Guest(readFileSync(new URL(name + ".wasm", here)));
const hex = (text) => Buffer.from(text.replaceAll(" ", ""), "hex");
const LANGUAGES = ["c", "as"];

// ---- Golden bytes of the ABI

for (const language of LANGUAGES) {
  const filter = load("filter-" + language);
  assert.equal(filter.call("init", hex("000100036b657900016100")).status, 0);
  const input = `0000000000000064 0000001e 00000002 16000000000a6170706c6500 1a00000201026b0a667275697400 0000 00 00000000
    000001897bd98400`.replace(/\s/g, "");
  const { status, output } = filter.call("filter", hex(input));
  assert.equal(status, 1);
  assert.equal(output.toString("hex"), hex("00000001 16000000000a6170706c6500 00").toString("hex"));

  const concat = load("aggregate-concat-" + language);
  const sum = concat.call(
    "aggregate",
    hex("0000000000000000 0000000c 00000001 0e000000000261 00 0000 00 00000000 0000000000000000 00000001 31"),
  );
  assert.equal(sum.status, 1);
  assert.equal(sum.output.toString("hex"), hex("00000001 1000000000043161 00 00 00000002 3161").toString("hex"));
}
console.log("golden bytes: as they should be");

// ---- C and AssemblyScript give the same bytes, whatever the stream and its cuts

const random = (() => {
  let seed = 7;
  return (below) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % below;
})();

const VALUES = {
  filter: () => "xyzabc".repeat(1 + random(4)).slice(random(12)),
  map: () => "aZ{`é\u0000".repeat(random(300)),
  "filter-map": () => String(random(100000) - 50000),
  "array-map": () => JSON.stringify(Array.from({ length: random(5) }, (_, i) => [i, { a: "x]," }, null, -1.5e3][random(4)])),
  aggregate: () => String(random(100000) - 50000),
  "aggregate-concat": () => "v" + random(10),
  "look-back": () => String(random(1000)),
};
const WRONG = { "filter-map": "1.5", "array-map": '[1,{"a":}]', aggregate: "99999999999999999999", "look-back": "" };

function stream(name) {
  return Array.from({ length: 200 }, (_, i) => ({
    value: i === 150 && WRONG[name] !== undefined ? WRONG[name] : VALUES[name](),
    key: random(3) ? "sensor/" + "k".repeat(random(100)) : null,
    offset: 5000 + i * (1 + random(3)),
    timestamp: 1690000000000 + i * 500 - random(10000),
  }));
}

for (const name of Object.keys(VALUES)) {
  const records = stream(name);
  const outputs = LANGUAGES.map((language) => {
    const guest = load(`${name}-${language}`);
    guest.init({});
    if (guest.exports.look_back) guest.lookBack([{ value: "17", offset: 1, timestamp: 1 }]);
    const bytes = [];
    let accumulator = guest.kind === "aggregate" ? Buffer.alloc(0) : undefined;
    for (const size of [200, 1, 7, 50]) {
      for (let i = 0; i < records.length; i += size) {
        const answer = guest.call(guest.kind, encodeInput(records.slice(i, i + size), accumulator));
        bytes.push(answer.status, answer.output.toString("hex"));
      }
    }
    return bytes;
  });
  assert.deepEqual(outputs[0], outputs[1], name);
}
console.log("C and AssemblyScript: the same bytes");

// ---- Input cut short, or with one byte changed: an answer or a refusal, never a trap

for (const name of Object.keys(VALUES)) {
  for (const language of LANGUAGES) {
    const guest = load(`${name}-${language}`);
    const whole = encodeInput(stream(name).slice(0, 5), guest.kind === "aggregate" ? Buffer.from("12") : undefined);
    for (let size = 0; size < whole.length; size++) {
      const { status } = guest.call(guest.kind, whole.slice(0, size));
      assert.ok(status === -11 || status === -22, `${name}-${language} answers ${status} to ${size} bytes of ${whole.length}`);
    }
    for (let i = 0; i < 20000; i++) {
      const bytes = whole.slice();
      bytes[random(bytes.length)] = random(256);
      guest.call(guest.kind, bytes);
    }
    assert.ok(guest.memoryBytes() <= 4 << 20, `${name}-${language} holds ${guest.memoryBytes()} bytes`);
    if (!guest.exports.init) continue;
    const params = encodeParams({ key: "abc" });
    for (let size = 0; size < params.length; size++) assert.equal(guest.call("init", params.slice(0, size)).status, -10);
  }
}
console.log("malformed input: refused");

// ---- Memory; also with a host that never deallocates an output

for (const name of Object.keys(VALUES)) {
  for (const language of LANGUAGES) {
    for (const deallocates of [true, false]) {
      const guest = load(`${name}-${language}`);
      guest.deallocates = deallocates;
      const inputs = [1, 3, 40, 200].map((size) =>
        encodeInput(stream(name).slice(0, size), guest.kind === "aggregate" ? Buffer.from("12") : undefined),
      );
      for (let i = 0; i < 1000; i++) guest.call(guest.kind, inputs[i % 4]);
      const before = guest.memoryBytes();
      for (let i = 0; i < 100000; i++) guest.call(guest.kind, inputs[i % 4]);
      assert.equal(guest.memoryBytes(), before, `${name}-${language} grew`);
    }
  }
}
console.log("100,000 calls of each: no more memory than after 1,000");
