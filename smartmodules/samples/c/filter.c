// Passes the values that contain the param `key`, "a" where it is not given.
#include "smartmodule.h"

static sm_bytes key;

SM_INIT() {
  key = sm_param("key", "a");
  return SM_PASS;
}

SM_FILTER(record) { return sm_contains(record->value, key) ? SM_PASS : SM_DROP; }
