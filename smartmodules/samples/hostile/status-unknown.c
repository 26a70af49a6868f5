// A status below zero that nobody has defined.
#define OWN_FILTER
#include "hostile.h"

FILTER() { return -123; }
