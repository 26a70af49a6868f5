// NAME: passes the records whose value contains the param `key`.
import { Bytes, DROP, PASS, fail, param, runFilter, runInit } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

let key = new Bytes();

export function init(at: usize, size: i32, version: i32): i32 {
  return runInit(at, size, version, () => {
    key = Bytes.of(param("key", ""));
    return key.size > 0 ? PASS : fail("'key' is missing: the text that a value must contain");
  });
}

export function filter(at: usize, size: i32, version: i32): i32 {
  return runFilter(at, size, version, (record) => (record.value.contains(key) ? PASS : DROP));
}
