// dealloc traps: the call itself went well.
#define OWN_DEALLOC
#include "hostile.h"

EXPORT("dealloc") void dealloc(void *at, uint32_t size) { __builtin_trap(); }
