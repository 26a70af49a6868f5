// Divides by zero.
#define OWN_FILTER
#include "hostile.h"

static volatile int32_t zero;

FILTER() { return (int32_t)size / zero; }
