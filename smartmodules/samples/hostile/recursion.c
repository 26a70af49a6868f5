// Calls itself without end, and uses little of its own stack in memory: it is the host's stack that runs out.
#define OWN_FILTER
#include "hostile.h"

__attribute__((noinline)) static uint32_t deeper(uint32_t depth) {
  spins++;
  return deeper(depth + 1) + spins;
}

FILTER() { return (int32_t)deeper(0); }
