// init refuses its params, with a hint.
#include "hostile.h"

static const uint8_t HINT[] = "\0\x1c"
                              "'band' is 'x'; it must be 0+";

EXPORT("init") int32_t init(const uint8_t *input, uint32_t size, int32_t version) {
  return answer(HINT, sizeof HINT - 1, -2);
}
