// Makes the letters a to z upper case.
#include "smartmodule.h"

SM_MAP(record) {
  uint8_t *to = sm_write_room(record->value.size);
  for (uint32_t i = 0; i < record->value.size; i++) {
    uint8_t byte = record->value.at[i];
    to[i] = byte >= 'a' && byte <= 'z' ? byte - 32 : byte;
  }
  return SM_PASS;
}
