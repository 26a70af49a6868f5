// look_back never returns.
#include "hostile.h"

EXPORT("look_back") int32_t look_back(const uint8_t *input, uint32_t size, int32_t version) {
  loop_for_ever();
  return 0;
}
