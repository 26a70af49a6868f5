// A sound output with rubbish behind it.
#define OWN_FILTER
#include "hostile.h"

static const uint8_t OUTPUT[] = {0, 0, 0, 1, 0x16, 0, 0, 0, 0, 0x0a, 'a', 'p', 'p', 'l', 'e', 0, 0, 'r', 'u', 'b', 'b', 'i', 's', 'h'};

FILTER() { return answer(OUTPUT, sizeof OUTPUT, 1); }
