// alloc answers with an address 16 bytes below 4 GiB.
#define OWN_ALLOC
#include "hostile.h"

EXPORT("alloc") void *alloc(uint32_t size) { return (void *)0xfffffff0; }
