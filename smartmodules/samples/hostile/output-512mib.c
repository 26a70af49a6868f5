// Hands over an output of 512 MiB that is really there.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return answer(take(512u << 20), 512u << 20, 0); }
