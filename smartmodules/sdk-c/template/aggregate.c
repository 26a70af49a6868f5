// NAME: counts the records.
#include "smartmodule.h"

SM_AGGREGATE(accumulator, record) {
  int64_t count = 0;
  if (accumulator.size && !sm_read_integer(accumulator, &count)) return sm_fail("the accumulator is no integer");
  sm_write_integer(count + 1);
  return SM_PASS;
}
