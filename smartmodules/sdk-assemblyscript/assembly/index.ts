// Write a SmartModule in AssemblyScript: what an author imports.

export { Bytes } from "./bytes";
export { integer, readInteger, readNumber, writeInteger, writeNumber } from "./numbers";
export { findJson, isJsonPath, nextElement, skipJson, skipSpace } from "./json";
export { KeyTable } from "./keys";
export { param, hasParam, onlyParams, numberParam, integerParam, durationParam } from "./params";
export { fail, say, sayBytes } from "./hint";
export { write, writeByte, writeRange, writeText, room, wrote, next, keyedBy } from "./output";
export { Record, PASS, DROP, ERROR } from "./record";
export { alloc, dealloc } from "./memory";
export { runInit, runLookBack, runFilter, runMap, runFilterMap, runArrayMap, runAggregate } from "./run";
export { reading, readingOf, pathParam } from "./reading";
