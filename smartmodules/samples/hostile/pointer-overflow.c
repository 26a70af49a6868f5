// Hands over an output whose end, in 32 bits, wraps round to the beginning of the memory.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return answer((void *)0xfffffff0, 0x20, 0); }
