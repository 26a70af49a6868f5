// An output that ends inside its record.
#define OWN_FILTER
#include "hostile.h"

static const uint8_t OUTPUT[] = {0, 0, 0, 1, 0x16, 0, 0, 0, 0, 0x0a, 'a', 'p'};

FILTER() { return answer(OUTPUT, sizeof OUTPUT, 1); }
