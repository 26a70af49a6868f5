// Makes the letters a to z upper case.
import { PASS, room, runMap, wrote } from "smartmodule/assembly";
export { alloc, dealloc } from "smartmodule/assembly";

export function map(at: usize, size: i32, version: i32): i32 {
  return runMap(at, size, version, (record) => {
    const value = record.value;
    const to = room(value.size);
    for (let i = 0; i < value.size; i++) {
      const byte = value.byte(i);
      store<u8>(to + i, byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte);
    }
    wrote(value.size);
    return PASS;
  });
}
