// Grows its memory for as long as it gets any, and then goes on asking. It touches none of it.
#define OWN_FILTER
#include "hostile.h"

FILTER() {
  for (;;) spins += __builtin_wasm_memory_grow(0, 16);
}
