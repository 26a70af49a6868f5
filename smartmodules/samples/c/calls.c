// Puts the number of the call, from 1, in front of every value: state that lives as long as the instance.
#include "smartmodule.h"

static int64_t calls;

static sm_verdict number(const sm_record *record) {
  sm_write_integer(calls);
  sm_write_byte(' ');
  sm_write(record->value);
  return SM_PASS;
}

SM_EXPORT("map") int32_t map(uint8_t *input, uint32_t size, int32_t version) {
  calls++;
  return sm_run_writer(input, size, version, SM_KIND_MAP, number);
}
