// Its filter takes one i64.
#define OWN_FILTER
#include "hostile.h"

EXPORT("filter") int32_t filter(int64_t input) { return (int32_t)input; }
