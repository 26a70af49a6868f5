// Appends every value to the accumulator.
#include "smartmodule.h"

SM_AGGREGATE(accumulator, record) {
  sm_write(accumulator);
  sm_write(record->value);
  return SM_PASS;
}
