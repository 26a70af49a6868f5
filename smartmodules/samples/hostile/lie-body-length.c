// A record whose body is said to be longer than the output.
#define OWN_FILTER
#include "hostile.h"

static const uint8_t OUTPUT[] = {0, 0, 0, 1, 0xfe, 0xff, 0x03, 0, 0, 0, 0, 0x0a, 'a', 'p', 'p', 'l', 'e', 0, 0};

FILTER() { return answer(OUTPUT, sizeof OUTPUT, 1); }
