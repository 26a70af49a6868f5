// NAME: counts the records.
import { PASS, fail, integer, readInteger, runAggregate, writeInteger } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

export function aggregate(at: usize, size: i32, version: i32): i32 {
  return runAggregate(at, size, version, (accumulator, record) => {
    if (accumulator.size > 0 && !readInteger(accumulator)) return fail("the accumulator is no integer");
    writeInteger(accumulator.size > 0 ? integer + 1 : 1);
    return PASS;
  });
}
