// Calls copy_records in init, in alloc and in dealloc, where there is no output to hand over.
#define OWN_ALLOC
#define OWN_DEALLOC
#include "hostile.h"

EXPORT("init") int32_t init(const uint8_t *input, uint32_t size, int32_t version) {
  return answer(EMPTY, sizeof EMPTY, 0);
}

EXPORT("alloc") void *alloc(uint32_t size) {
  copy_records(EMPTY, sizeof EMPTY);
  return take(size);
}

EXPORT("dealloc") void dealloc(void *at, uint32_t size) { copy_records(EMPTY, sizeof EMPTY); }
