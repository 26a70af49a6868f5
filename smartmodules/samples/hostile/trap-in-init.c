// init traps.
#include "hostile.h"

EXPORT("init") int32_t init(const uint8_t *input, uint32_t size, int32_t version) { __builtin_trap(); }
