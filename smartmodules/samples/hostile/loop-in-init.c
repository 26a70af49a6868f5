// init never returns.
#include "hostile.h"

EXPORT("init") int32_t init(const uint8_t *input, uint32_t size, int32_t version) {
  loop_for_ever();
  return 0;
}
