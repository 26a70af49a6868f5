// Hands over an output that begins beyond its memory.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return answer((void *)0xf0000000, 5, 0); }
