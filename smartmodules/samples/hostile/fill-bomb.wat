;; One instruction that writes 64 MiB, again and again: few instructions, much time.
(module
  (memory (export "memory") 1024)
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))
  (func (export "filter") (param i32 i32 i32) (result i32)
    (loop $again
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 67108864))
      (br $again))
    (i32.const 0)))
