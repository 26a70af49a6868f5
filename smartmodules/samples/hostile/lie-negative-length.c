// A record whose value is -5 bytes long.
#define OWN_FILTER
#include "hostile.h"

static const uint8_t OUTPUT[] = {0, 0, 0, 1, 0x16, 0, 0, 0, 0, 0x09, 'a', 'p', 'p', 'l', 'e', 0, 0};

FILTER() { return answer(OUTPUT, sizeof OUTPUT, 1); }
