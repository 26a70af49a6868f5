// Reads beyond its memory.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return *(volatile int32_t *)0xfffffff0; }
