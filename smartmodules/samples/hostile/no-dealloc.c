// Exports no dealloc.
#define OWN_DEALLOC
#include "hostile.h"
