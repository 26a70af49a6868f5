// init refuses its params and says nothing.
#include "hostile.h"

EXPORT("init") int32_t init(const uint8_t *input, uint32_t size, int32_t version) { return -2; }
