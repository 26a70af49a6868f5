// init refuses its params with a hint that is no UTF-8.
#include "hostile.h"

static const uint8_t HINT[] = {0, 4, 0xff, 0xfe, 0xc3, 0x28};

EXPORT("init") int32_t init(const uint8_t *input, uint32_t size, int32_t version) {
  return answer(HINT, sizeof HINT, -2);
}
