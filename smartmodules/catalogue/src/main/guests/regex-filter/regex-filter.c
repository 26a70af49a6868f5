// Passes the records whose value, or key, matches a regular expression somewhere.
#include "regex.h"

static bool on_key;
static bool inverted;

static sm_verdict refuse(const char *name, sm_bytes value, const char *allowed) {
  sm_say("'");
  sm_say(name);
  sm_say("' is '");
  sm_say_bytes(value);
  sm_say("'; it must be ");
  return sm_fail(allowed);
}

SM_INIT() {
  sm_bytes expression = sm_param("regex", "");
  if (expression.size == 0) return sm_fail("'regex' is missing: the expression that a record must match, such as ^[a-f]+\\d");
  sm_bytes on = sm_param("on", "value");
  on_key = sm_equal(on, sm_text("key"));
  if (!on_key && !sm_equal(on, sm_text("value"))) return refuse("on", on, "value or key");
  sm_bytes invert = sm_param("invert", "false");
  inverted = sm_equal(invert, sm_text("true"));
  if (!inverted && !sm_equal(invert, sm_text("false"))) return refuse("invert", invert, "true or false");
  if (sm_only_params("regex on invert") == SM_ERROR) return SM_ERROR;
  return regex_compile(expression);
}

// A record without a key matches nothing on its key.
SM_FILTER(record) {
  if (!regex_program) return sm_fail("init was not called");
  bool matches = on_key ? record->has_key && regex_matches(record->key) : regex_matches(record->value);
  return matches != inverted ? SM_PASS : SM_DROP;
}
