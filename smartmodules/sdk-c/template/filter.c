// NAME: passes the records whose value contains the param `key`.
#include "smartmodule.h"

static sm_bytes key;

SM_INIT() {
  key = sm_param("key", "");
  return key.size ? SM_PASS : sm_fail("'key' is missing: the text that a value must contain");
}

SM_FILTER(record) { return sm_contains(record->value, key) ? SM_PASS : SM_DROP; }
