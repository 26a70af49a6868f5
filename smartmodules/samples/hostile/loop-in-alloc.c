// alloc never returns.
#define OWN_ALLOC
#include "hostile.h"

EXPORT("alloc") void *alloc(uint32_t size) {
  loop_for_ever();
  return 0;
}
