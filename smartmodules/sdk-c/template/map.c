// NAME: puts the param `prefix` in front of every value.
#include "smartmodule.h"

SM_INIT() { return sm_only_params("prefix"); }

SM_MAP(record) {
  sm_write(sm_param("prefix", "> "));
  sm_write(record->value);
  return SM_PASS;
}
