// Passes the values that contain the param `key`, "a" where it is not given.
import { Bytes, DROP, PASS, param, runFilter, runInit } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

let key = new Bytes();

export function init(at: usize, size: i32, version: i32): i32 {
  return runInit(at, size, version, () => {
    key = Bytes.of(param("key", "a"));
    return PASS;
  });
}

export function filter(at: usize, size: i32, version: i32): i32 {
  return runFilter(at, size, version, (record) => (record.value.contains(key) ? PASS : DROP));
}
