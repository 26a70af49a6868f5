// A record whose length is a varint that never ends.
#define OWN_FILTER
#include "hostile.h"

static const uint8_t OUTPUT[] = {0,    0,    0,    1,    0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

FILTER() { return answer(OUTPUT, sizeof OUTPUT, 1); }
