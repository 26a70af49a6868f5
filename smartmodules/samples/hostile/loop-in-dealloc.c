// dealloc never returns: the call itself went well.
#define OWN_DEALLOC
#include "hostile.h"

EXPORT("dealloc") void dealloc(void *at, uint32_t size) { loop_for_ever(); }
