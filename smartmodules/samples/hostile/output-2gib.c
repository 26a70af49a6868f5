// Hands over an output of 2 GiB, of which almost all lies outside its memory.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return answer(EMPTY, 0x7fffffff, 0); }
