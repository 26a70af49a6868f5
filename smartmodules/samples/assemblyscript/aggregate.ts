// The running sum of integers.
import { PASS, fail, integer, readInteger, runAggregate, writeInteger } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

export function aggregate(at: usize, size: i32, version: i32): i32 {
  return runAggregate(at, size, version, (accumulator, record) => {
    if (accumulator.size > 0 && !readInteger(accumulator)) return fail("the accumulator is no integer");
    const before = accumulator.size > 0 ? integer : 0;
    if (!readInteger(record.value)) return fail("the value is no integer");
    const sum = before + integer;
    if (((before ^ sum) & (integer ^ sum)) < 0) return fail("the sum is beyond 64 bits");
    writeInteger(sum);
    return PASS;
  });
}
