// NAME: puts the param `prefix` in front of every value.
import { PASS, onlyParams, param, runInit, runMap, write, writeText } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

let prefix = "> ";

export function init(at: usize, size: i32, version: i32): i32 {
  return runInit(at, size, version, () => {
    prefix = param("prefix", prefix);
    return onlyParams(["prefix"]);
  });
}

export function map(at: usize, size: i32, version: i32): i32 {
  return runMap(at, size, version, (record) => {
    writeText(prefix);
    write(record.value);
    return PASS;
  });
}
