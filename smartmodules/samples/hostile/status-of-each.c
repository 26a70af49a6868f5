// Answers with the status that the param `status` says, a decimal number below zero; copies no output.
#define OWN_FILTER
#include "hostile.h"

static int32_t status = -1;

// | count u16 | 6 | "status" | length u16 | "-22" |
EXPORT("init") int32_t init(const uint8_t *input, uint32_t size, int32_t version) {
  if (size < 12 || input[1] != 1) return 0;
  uint32_t length = (uint32_t)input[10] << 8 | input[11];
  int32_t number = 0;
  for (uint32_t i = 1; i < length && 12 + i < size; i++) number = number * 10 + (input[12 + i] - '0');
  status = -number;
  return 0;
}

FILTER() { return status; }
