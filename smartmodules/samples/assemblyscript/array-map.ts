// Makes a record of every element of a JSON array.
import { Bytes, PASS, fail, next, nextElement, runArrayMap, skipSpace, write } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

const element = new Bytes();

export function array_map(at: usize, size: i32, version: i32): i32 {
  return runArrayMap(at, size, version, (record) => {
    const end = record.value.end;
    let at = skipSpace(record.value.at, end);
    if (at == end || load<u8>(at) != 0x5b) return fail("the value is no JSON array");
    at = nextElement(at + 1, end, true, element);
    while (at != 0) {
      write(element);
      next();
      at = nextElement(at, end, false, element);
    }
    if (element.size < 0 || skipSpace(element.at, end) != end) return fail("the value is no JSON array");
    return PASS;
  });
}
