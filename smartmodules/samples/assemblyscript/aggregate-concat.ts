// Appends every value to the accumulator.
import { PASS, runAggregate, write } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

export function aggregate(at: usize, size: i32, version: i32): i32 {
  return runAggregate(at, size, version, (accumulator, record) => {
    write(accumulator);
    write(record.value);
    return PASS;
  });
}
