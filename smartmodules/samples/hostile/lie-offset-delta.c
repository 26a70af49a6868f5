// A record with an offset delta of a billion, that no record of the input has.
#define OWN_FILTER
#include "hostile.h"

static const uint8_t OUTPUT[] = {0, 0, 0, 1, 0x1e, 0, 0, 0x80, 0xa8, 0xd6, 0xb9, 0x07, 0, 0x0a, 'a', 'p', 'p', 'l', 'e', 0, 0};

FILTER() { return answer(OUTPUT, sizeof OUTPUT, 1); }
