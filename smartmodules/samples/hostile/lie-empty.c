// An output of no bytes at all.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return answer(EMPTY, 0, 0); }
