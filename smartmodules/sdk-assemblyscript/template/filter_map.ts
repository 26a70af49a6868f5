// NAME: doubles integers and drops zero; a value that is no integer is an error.
import { DROP, PASS, fail, integer, readInteger, runFilterMap, writeInteger } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

export function filter_map(at: usize, size: i32, version: i32): i32 {
  return runFilterMap(at, size, version, (record) => {
    if (!readInteger(record.value)) return fail("the value is no integer");
    if (integer == 0) return DROP;
    writeInteger(integer * 2);
    return PASS;
  });
}
