;; Grows its table for as long as it gets any, and then goes on asking.
(module
  (memory (export "memory") 1)
  (table $table 1 funcref)
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))
  (func (export "filter") (param i32 i32 i32) (result i32)
    (loop $again
      (drop (table.grow $table (ref.null func) (i32.const 1000000)))
      (br $again))
    (i32.const 0)))
