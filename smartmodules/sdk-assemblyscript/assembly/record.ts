import { Bytes } from "./bytes";

// What a body returns. ERROR comes from `fail`.
export const DROP: i32 = 0;
export const PASS: i32 = 1;
export const ERROR: i32 = -1;

// One record, a view of the host's input: it and its bytes are gone when the body returns.
export class Record {
  offset: i64 = 0; // the record's own in its stream
  timestamp: i64 = 0; // milliseconds since 1970
  hasKey: bool = false;
  key: Bytes = new Bytes(); // empty where there is none
  value: Bytes = new Bytes();
  offsetDelta: i64 = 0;
  timestampDelta: i64 = 0;
}
