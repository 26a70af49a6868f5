// Hands over an output with a length below zero.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return answer(EMPTY, (uint32_t)-5, 0); }
