// Passes only integers that are greater than all before them; look_back tells it about those of an earlier life.
import { DROP, PASS, Record, fail, integer, readInteger, runFilter, runLookBack } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

let seen = false;
let greatest: i64 = 0;

function rises(record: Record): i32 {
  if (!readInteger(record.value)) return fail("the value is no integer");
  if (seen && integer <= greatest) return DROP;
  seen = true;
  greatest = integer;
  return PASS;
}

export function look_back(at: usize, size: i32, version: i32): i32 {
  return runLookBack(at, size, version, rises);
}

export function filter(at: usize, size: i32, version: i32): i32 {
  return runFilter(at, size, version, rises);
}
