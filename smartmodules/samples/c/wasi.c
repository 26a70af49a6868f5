// Passes every record and writes its value as a line on fd 1 and fd 2; ends the program where a value is "exit". It imports the four
// functions that a module built for wasm32-wasip1 has.
#include "smartmodule.h"

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

typedef struct {
  const uint8_t *at;
  uint32_t size;
} wasi_vector;

WASI("fd_write") int32_t fd_write(int32_t fd, const wasi_vector *vectors, uint32_t count, uint32_t *written);
WASI("environ_sizes_get") int32_t environ_sizes_get(uint32_t *count, uint32_t *size);
WASI("environ_get") int32_t environ_get(uint8_t **environment, uint8_t *buffer);
WASI("proc_exit") _Noreturn void proc_exit(int32_t code);

static void write_line(int32_t fd, sm_bytes text) {
  wasi_vector vectors[2] = {{text.at, text.size}, {(const uint8_t *)"\n", 1}};
  uint32_t written;
  if (fd_write(fd, vectors, 2, &written) != 0) __builtin_trap();
}

SM_INIT() {
  uint32_t count = 0;
  uint32_t size = 0;
  if (environ_sizes_get(&count, &size) != 0) return sm_fail("environ_sizes_get fails");
  uint8_t **environment = sm_alloc(count * 4);
  if (environ_get(environment, sm_alloc(size)) != 0) return sm_fail("environ_get fails");
  return count == 0 ? SM_PASS : sm_fail("the host shows its environment");
}

SM_FILTER(record) {
  if (sm_equal(record->value, sm_text("exit"))) proc_exit(7);
  write_line(1, record->value);
  write_line(2, record->value);
  return SM_PASS;
}
