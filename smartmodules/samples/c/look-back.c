// Passes only integers that are greater than all before them; look_back tells it about those of an earlier life.
#include "smartmodule.h"

static bool seen;
static int64_t greatest;

static sm_verdict rises(const sm_record *record) {
  int64_t number;
  if (!sm_read_integer(record->value, &number)) return sm_fail("the value is no integer");
  if (seen && number <= greatest) return SM_DROP;
  seen = true;
  greatest = number;
  return SM_PASS;
}

SM_LOOK_BACK(record) { return rises(record); }

SM_FILTER(record) { return rises(record); }
