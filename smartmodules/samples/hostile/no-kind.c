// Exports no kind at all.
#define OWN_FILTER
#include "hostile.h"
