// Makes a record of every element of a JSON array.
#include "smartmodule-json.h"

SM_ARRAY_MAP(record) {
  const uint8_t *end = record->value.at + record->value.size;
  const uint8_t *at = sm_json_space(record->value.at, end);
  if (sm_json_byte(at, end) != '[') return sm_fail("the value is no JSON array");
  at++;
  sm_bytes element;
  sm_json_step step;
  for (bool first = true; (step = sm_json_next(&at, end, first, NULL, &element)) == SM_JSON_MORE; first = false) {
    sm_write(element);
    sm_next();
  }
  if (step == SM_JSON_BROKEN || sm_json_space(at, end) != end) return sm_fail("the value is no JSON array");
  return SM_PASS;
}
