// An error output whose hint is longer than the output.
#define OWN_FILTER
#include "hostile.h"

static const uint8_t OUTPUT[] = {0, 0, 0, 0, 1, 0xff, 0xff, 'h', 'i', 'n', 't'};

FILTER() { return answer(OUTPUT, sizeof OUTPUT, 0); }
