// alloc answers 0.
#define OWN_ALLOC
#include "hostile.h"

EXPORT("alloc") void *alloc(uint32_t size) { return 0; }
