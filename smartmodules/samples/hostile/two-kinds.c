// Exports two kinds. The filter drops everything; the map traps.
#include "hostile.h"

EXPORT("map") int32_t map(const uint8_t *input, uint32_t size, int32_t version) { __builtin_trap(); }
