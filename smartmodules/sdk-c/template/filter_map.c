// NAME: doubles integers and drops zero; a value that is no integer is an error.
#include "smartmodule.h"

SM_FILTER_MAP(record) {
  int64_t number;
  if (!sm_read_integer(record->value, &number)) return sm_fail("the value is no integer");
  if (number == 0) return SM_DROP;
  sm_write_integer(number * 2);
  return SM_PASS;
}
