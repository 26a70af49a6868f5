;; Writes an element beyond the end of its table while it is instantiated.
(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (elem (i32.const 1000) $alloc)
  (func $alloc (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))
  (func (export "filter") (param i32 i32 i32) (result i32) (i32.const 0)))
