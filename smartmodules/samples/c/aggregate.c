// The running sum of integers.
#include "smartmodule.h"

SM_AGGREGATE(accumulator, record) {
  int64_t sum = 0;
  int64_t number;
  if (accumulator.size && !sm_read_integer(accumulator, &sum)) return sm_fail("the accumulator is no integer");
  if (!sm_read_integer(record->value, &number)) return sm_fail("the value is no integer");
  if (__builtin_add_overflow(sum, number, &sum)) return sm_fail("the sum is beyond 64 bits");
  sm_write_integer(sum);
  return SM_PASS;
}
