;; Writes data beyond the end of its memory while it is instantiated.
(module
  (memory (export "memory") 1)
  (data (i32.const 65530) "0123456789")
  (func (export "alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "dealloc") (param i32 i32))
  (func (export "filter") (param i32 i32 i32) (result i32) (i32.const 0)))
