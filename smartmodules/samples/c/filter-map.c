// Keeps the even integers, halved.
#include "smartmodule.h"

SM_FILTER_MAP(record) {
  int64_t number;
  if (!sm_read_integer(record->value, &number)) return sm_fail("the value is no integer");
  if (number % 2 != 0) return SM_DROP;
  sm_write_integer(number / 2);
  return SM_PASS;
}
