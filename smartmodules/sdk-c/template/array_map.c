// NAME: makes a record of every line of a value.
#include "smartmodule.h"

SM_ARRAY_MAP(record) {
  for (uint32_t i = 0; i < record->value.size; i++) {
    if (record->value.at[i] == '\n') {
      sm_next();
    } else {
      sm_write_byte(record->value.at[i]);
    }
  }
  sm_next();
  return SM_PASS;
}
