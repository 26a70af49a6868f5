;; Has a memory and does not export it.
(module
  (import "env" "copy_records" (func $copy (param i32 i32)))
  (memory 1)
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))
  (func (export "filter") (param i32 i32 i32) (result i32)
    (call $copy (i32.const 0) (i32.const 5))
    (i32.const 0)))
