// An output of 2,147,483,647 records in 16 bytes, and a status that agrees.
#define OWN_FILTER
#include "hostile.h"

static const uint8_t OUTPUT[] = {0x7f, 0xff, 0xff, 0xff, 0x16, 0, 0, 0, 0, 0x0a, 'a', 'p', 'p', 'l', 'e', 0};

FILTER() { return answer(OUTPUT, sizeof OUTPUT, 0x7fffffff); }
