// Begins with a memory of 1 GiB.
// flags: -Wl,--initial-memory=1073741824
#include "hostile.h"
