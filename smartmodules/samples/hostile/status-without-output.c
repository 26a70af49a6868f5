// A status of success, and no output.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return 1; }
