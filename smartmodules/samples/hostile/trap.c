// A call traps.
#define OWN_FILTER
#include "hostile.h"

FILTER() { __builtin_trap(); }
