// What the hostile guests share: the bare ABI, without any check. A guest that misbehaves in one of these functions defines
// OWN_ALLOC, OWN_DEALLOC or OWN_FILTER and brings its own.

#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name), used))

__attribute__((import_module("env"), import_name("copy_records"))) void copy_records(const void *at, uint32_t size);

extern uint8_t __heap_base;

static volatile uint32_t spins;

__attribute__((noinline, unused)) static void loop_for_ever(void) {
  for (;;) spins++;
}

// Never frees.
__attribute__((unused)) static void *take(uint32_t size) {
  static uintptr_t top;
  if (!top) top = (uintptr_t)&__heap_base;
  uintptr_t at = (top + 15) & ~(uintptr_t)15;
  top = at + size;
  uintptr_t have = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
  if (top > have && __builtin_wasm_memory_grow(0, ((top - have) >> 16) + 1) == (uintptr_t)-1) __builtin_trap();
  return (void *)at;
}

// An output: no records, no error.
__attribute__((unused)) static const uint8_t EMPTY[] = {0, 0, 0, 0, 0};

__attribute__((unused)) static int32_t answer(const void *output, uint32_t size, int32_t status) {
  copy_records(output, size);
  return status;
}

#ifndef OWN_ALLOC
EXPORT("alloc") void *alloc(uint32_t size) { return take(size); }
#endif

#ifndef OWN_DEALLOC
EXPORT("dealloc") void dealloc(void *at, uint32_t size) {}
#endif

#ifndef OWN_FILTER
EXPORT("filter") int32_t filter(const uint8_t *input, uint32_t size, int32_t version) {
  return answer(EMPTY, sizeof EMPTY, 0);
}
#endif

// A filter whose body follows.
#define FILTER() EXPORT("filter") int32_t filter(uint8_t *input, uint32_t size, int32_t version)
