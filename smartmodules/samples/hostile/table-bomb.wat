;; Begins with a table of four billion entries.
(module
  (memory (export "memory") 1)
  (table 4294967295 funcref)
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))
  (func (export "filter") (param i32 i32 i32) (result i32) (i32.const 0)))
