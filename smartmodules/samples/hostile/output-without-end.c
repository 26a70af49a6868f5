// Hands over outputs for ever.
#define OWN_FILTER
#include "hostile.h"

FILTER() {
  uint8_t *megabyte = take(1 << 20);
  for (;;) copy_records(megabyte, 1 << 20);
}
