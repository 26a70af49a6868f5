// Exports no alloc.
#define OWN_ALLOC
#include "hostile.h"
