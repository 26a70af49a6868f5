// Checks the guests of the catalogue that are checked in, in Node's own WebAssembly: a story for each, the same results however
// the stream is cut, malformed input, and memory that stays bounded over 100,000 calls with ever new keys.
//
//   node check-catalogue.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Guest, encodeInput } from "./try.mjs";

const here = new URL("../catalogue/src/main/resources/io/tributary/smartmodule/catalogue/", import.meta.url);
const load = (name, params) => {
  const guest = new Guest(readFileSync(new URL(name + ".wasm", here)));
  guest.init(params);
  return guest;
};

// ---- Stories: what goes in, line by line, and what comes out; an error ends the story as "! hint"

function tell(name, params, lines, wanted) {
  const records = lines.map((line, offset) => {
    const [value, key = null, timestamp = 0] = [line].flat();
    return { value, key, timestamp, offset };
  });
  const { successes, error } = load(name, params).transform(records);
  const got = successes.map(({ value }) => value.toString());
  if (error) got.push("! " + error.hint);
  assert.deepEqual(got, wanted, `${name} ${JSON.stringify(params)}`);
}

tell("regex-filter", { regex: "^b|c$" }, ["abc", "bad", "cab"], ["abc", "bad"]);
tell("regex-filter", { regex: "é{2}", invert: "true" }, ["éé", "é"], ["é"]);
tell("regex-filter", { regex: "/temp$", on: "key" }, [["1", "a/temp"], ["2", "a/hum"], ["3"]], ["1"]);

const projection = { fields: '{"t": "$.value", "u": "$.more[1].unit"}' };
tell("json-project", projection, ['{"more":[0,{"unit":"°C"}],"value": 21.50}', "{}"], ['{"t":21.50,"u":"°C"}', "{}"]);
tell("json-project", { ...projection, missing: "null" }, ['{"value":1}'], ['{"t":1,"u":null}']);
tell("json-project", { ...projection, missing: "error" }, ['{"value":1}'], ["! there is nothing at $.more[1].unit"]);

const celsius = '{"value": 21.5, "unit": "°C", "quality": "good"}';
const fahrenheit = '{"value": 70.7, "unit": "°F", "quality": "good"}';
tell("unit-conversion", { from: "°C", to: "°F" }, [celsius, "100", fahrenheit], [fahrenheit, "212", fahrenheit]);
tell("unit-conversion", { to: "kPa" }, ['{"unit":"bar","value":1.5}'], ['{"unit":"kPa","value":150}']);
tell("unit-conversion", { factor: "0.1", offset: "2", to: "V" }, ['{"value":5,"unit":"raw"}'], ['{"value":2.5,"unit":"V"}']);
tell("unit-conversion", { to: "m" }, ["1"], ["! the record names no unit, and there is no 'from'"]);

tell("deadband", { band: "0.5" }, ["20", "20.5", "20.6", "20.3", "?", "20.6"], ["20", "20.6", "?"]);
tell("deadband", { percent: "10" }, ["100", "110", "111", "99.9", "99.8"], ["100", "111", "99.8"]);
tell("deadband", { low: "40", high: "80" }, ["50", "85", "70", "41", "40", "79", "80"], ["50", "85", "40", "80"]);
tell(
  "deadband",
  { band: "5", "max-silence": "1s" },
  [["1", "a", 0], ["2", "b", 400], ["3", "a", 999], ["4", "a", 1000], ["5", "b", 1399]],
  ["1", "2", "4"],
);

const summary = (from, count, min, max, mean, late, unread) =>
  JSON.stringify({ from, to: from + 1000, count, min, max, mean, late, unread });
tell(
  "window",
  { length: "1s" },
  [["1", "a", 0], ["2", "a", 999], ["5", "b", 500], ["9", "a", 1000], ["7", "a", 1], ["x", "a", 1500], ["3", "a", 3000]],
  [summary(0, 2, 1, 2, 1.5, 0, 0), summary(1000, 1, 9, 9, 9, 1, 1)],
);

tell("window", {}, [["1", "a", -1]], ["! the record has no timestamp"]);

tell("dedup", { count: "2" }, ["a", "b", "a", "c", "b", "a"], ["a", "b", "c", "a"]);
tell("dedup", { by: "key", age: "1s" }, [["1", "k", 0], ["2", "k", 999], ["3", "k", 1000], ["4"]], ["1", "3", "4"]);
tell("dedup", { path: "id" }, ['{"id":1}', '{"x":0,"id":1}', "?", "?"], ['{"id":1}', "?", "?"]);

const columns = { columns: "time,value,unit" };
tell("csv-to-json", columns, ['a,21.50,"the ""C"", or"\r\n'], ['{"time":"a","value":21.50,"unit":"the \\"C\\", or"}']);
tell("csv-to-json", columns, ["007,,+1"], ['{"time":"007","value":"","unit":"+1"}']);
tell("csv-to-json", columns, ["1,2"], ["! 2 columns, where there must be 3"]);
tell("csv-to-json", { columns: '["a","b"]', separator: ";" }, ["1;2"], ['{"a":1,"b":2}']);

const noisy = Array.from({ length: 300 }, (_, i) => [String(i === 250 || i === 251 ? 60 : 20 + (i % 7)), "m", i * 60000]);
const alarm = '{"value":60,"mean":22.98,"stddev":1.99489348087,"z":18.5573818127,"count":250}';
tell("anomaly", { hold: "1h" }, noisy, [alarm]);
// Whose squares are no number any more: it is out of the sums as soon as it is out of the window.
const huge = noisy.map(([value, ...more], i) => [i === 5 ? "1e308" : value, ...more]);
tell("anomaly", { hold: "1h", window: "50", "min-samples": "10" }, huge, ['{"value":60,"mean":23.02,"stddev":1.98484256303,"z":18.6312006246,"count":50}']);
console.log("stories: as they should be");

// ---- Params that are refused, and the word that the hint must have

function refuses(name, params, word) {
  assert.throws(() => load(name, params), new RegExp("^Error: init refuses: .*" + word), `${name} ${JSON.stringify(params)}`);
}

refuses("regex-filter", {}, "'regex' is missing");
refuses("regex-filter", { regex: "a(b" }, "character 2: this \\( has no \\)");
refuses("regex-filter", { regex: "a", on: "offset" }, "value or key");
refuses("regex-filter", { regex: "(a{1000}){1000}" }, "too large");
refuses("json-project", {}, "'fields' is missing");
refuses("json-project", { fields: '{"a": "x..y"}' }, "x..y");
refuses("json-project", { ...projection, missing: "zero" }, "omit, null or error");
refuses("unit-conversion", {}, "'to' is missing");
refuses("unit-conversion", { to: "furlong" }, "'to' is 'furlong'.* km ");
refuses("unit-conversion", { from: "kg", to: "m" }, "mass.*length");
refuses("deadband", {}, "'band', 'percent', or 'low' with 'high'");
refuses("deadband", { band: "-1" }, "'band' is '-1'.*from 0 up");
refuses("deadband", { band: "1", "max-silence": "10" }, "'max-silence' is '10'.*10m");
refuses("deadband", { low: "1" }, "'low' and 'high'");
refuses("deadband", { bond: "1", band: "1" }, "no param 'bond'");
refuses("window", { length: "0s" }, "'length' is '0s'");
refuses("window", { "max-keys": "1.5" }, "'max-keys' is '1.5'.*whole number");
refuses("dedup", { by: "offset" }, "key, value or path");
refuses("dedup", { count: "0" }, "1 to 1000000");
refuses("csv-to-json", {}, "'columns' is missing");
refuses("csv-to-json", { columns: "a", separator: "ab" }, "one ASCII character");
refuses("anomaly", { threshold: "x" }, "'threshold' is 'x'");
refuses("anomaly", { window: "100000" }, "times 'max-keys'");
console.log("wrong params: refused");

// ---- Cuts

const random = (() => {
  let seed = 11;
  return (below) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % below;
})();

const GUESTS = {
  "regex-filter": { regex: "2[0-4]\\.\\d,|é", on: "value" },
  "json-project": projection,
  "unit-conversion": { to: "°F" },
  deadband: { band: "2", "max-silence": "20s", "max-keys": "5" },
  window: { length: "10s", "max-keys": "5" },
  dedup: { path: "value", count: "50", age: "1m" },
  "csv-to-json": { columns: "a,b,c" },
  anomaly: { window: "50", "min-samples": "10", threshold: "2", hold: "30s", "max-keys": "8" },
};

function stream(name, count, keys) {
  return Array.from({ length: count }, (_, i) => ({
    value:
      name === "csv-to-json"
        ? `${i},"a ""${random(100)}""",x`
        : `{"value": ${random(40) ? (15 + random(100) / 10).toFixed(1) : 90}, "unit": "°C", "more": [0, {"unit": ${i}}]}`,
    key: random(20) ? "sensor/" + random(keys) : null,
    offset: 1000 + 2 * i,
    timestamp: 1690000000000 + i * 500 - random(3000),
  }));
}

function results(name, params, records, size) {
  const guest = load(name, params);
  const all = [];
  for (let i = 0; i < records.length; i += size) {
    const part = records.slice(i, i + size);
    const { successes, error } = guest.transform(part);
    assert.equal(error, null, `${name}: ${error?.hint}`);
    for (const { key, value, offsetDelta, timestampDelta } of successes) {
      all.push(`${part[0].offset + offsetDelta} ${part[0].timestamp + timestampDelta} ${key} ${value}`);
    }
  }
  return all;
}

for (const [name, params] of Object.entries(GUESTS)) {
  const records = stream(name, 3000, 8);
  const whole = results(name, params, records, 3000);
  assert.ok(whole.length > 10, `${name} gives only ${whole.length} results`);
  for (const size of [1, 7, 1000]) assert.deepEqual(results(name, params, records, size), whole, `${name}, cut by ${size}`);
}
console.log("cuts: make no difference");

// ---- Input cut short, and bytes changed: an answer or a refusal, never a trap

for (const [name, params] of Object.entries(GUESTS)) {
  const guest = load(name, params);
  const whole = encodeInput(stream(name, 4, 2));
  for (let size = 0; size < whole.length; size++) {
    const { status } = guest.call(guest.kind, whole.slice(0, size));
    assert.ok(status === -11 || status === -22, `${name} answers ${status} to ${size} bytes of ${whole.length}`);
  }
  for (let i = 0; i < 20000; i++) {
    const bytes = whole.slice();
    for (let changes = 1 + random(3); changes > 0; changes--) bytes[random(bytes.length)] = random(256);
    guest.call(guest.kind, bytes);
  }
}
console.log("malformed input: refused");

// ---- Memory

for (const [name, params] of Object.entries(GUESTS)) {
  const guest = load(name, params);
  const inputs = Array.from({ length: 500 }, () => encodeInput(stream(name, 1 + random(6), 100000)));
  for (let i = 0; i < 2000; i++) guest.call(guest.kind, inputs[random(500)]);
  const before = guest.memoryBytes();
  for (let i = 0; i < 100000; i++) guest.call(guest.kind, inputs[random(500)]);
  assert.equal(guest.memoryBytes(), before, `${name} grew`);
}
console.log("100,000 calls of each: no more memory than after 2,000");
