// NAME: makes a record of every line of a value.
import { PASS, next, runArrayMap, writeByte } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

export function array_map(at: usize, size: i32, version: i32): i32 {
  return runArrayMap(at, size, version, (record) => {
    for (let i = 0; i < record.value.size; i++) {
      if (record.value.byte(i) == 0x0a) next();
      else writeByte(record.value.byte(i));
    }
    next();
    return PASS;
  });
}
