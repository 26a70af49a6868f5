// Allocates and writes every byte, without end.
#define OWN_FILTER
#include "hostile.h"

FILTER() {
  for (;;) {
    volatile uint8_t *block = take(1 << 20);
    for (uint32_t i = 0; i < 1 << 20; i++) block[i] = 1;
  }
}
