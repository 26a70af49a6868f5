// Makes a new JSON object of parts of the old one: each new name gets the raw JSON that lies at its path.
//
//   fields  {"t": "$.value", "u": "$.unit"}
//   in      {"value": 21.50, "unit": "°C", "quality": "good"}
//   out     {"t":21.50,"u":"°C"}

#include "smartmodule-json.h"

// As many as an object of a reading may reasonably have; a longer list is refused at init.
enum { MAX_FIELDS = 100 };

typedef struct {
  sm_bytes name;  // with its quotes
  sm_bytes path;
} field;

static field fields[MAX_FIELDS];
static uint32_t field_count;
static enum { OMIT, NULLS, ERROR } missing;

static sm_verdict bad_fields(const char *why) {
  sm_say("'fields' ");
  sm_say(why);
  return sm_fail("; it must be a JSON object such as {\"t\": \"$.value\", \"first\": \"$.list[0].it\"}");
}

SM_INIT() {
  if (!sm_has_param("fields")) return bad_fields("is missing");
  sm_bytes text = sm_param("fields", "");
  const uint8_t *end = text.at + text.size;
  const uint8_t *at = sm_json_space(text.at, end);
  if (sm_json_byte(at, end) != '{') return bad_fields("is no JSON object");
  at++;
  sm_bytes path;
  for (;;) {
    field *next = &fields[field_count];
    sm_json_step step = sm_json_next(&at, end, field_count == 0, &next->name, &path);
    if (step == SM_JSON_BROKEN) return bad_fields("is broken JSON");
    if (step == SM_JSON_END) break;
    if (path.size < 2 || *path.at != '"') return bad_fields("has a path that is no string");
    next->path = (sm_bytes){path.at + 1, path.size - 2};
    // A path in JSON has its quotes escaped: ["a name"] is written as [\"a name\"].
    uint8_t *plain = sm_alloc(next->path.size);
    uint32_t size = 0;
    for (uint32_t i = 0; i < next->path.size; i++) {
      if (next->path.at[i] == '\\' && i + 1 < next->path.size && next->path.at[i + 1] == '"') i++;
      plain[size++] = next->path.at[i];
    }
    next->path = (sm_bytes){plain, size};
    if (!sm_json_is_path(next->path)) {
      sm_say("the path ");
      sm_say_bytes(path);
      sm_say(" is none; ");
      return bad_fields("has a path that cannot be read");
    }
    if (++field_count == MAX_FIELDS) return bad_fields("has more than 99 fields");
  }
  if (sm_json_space(at, end) != end) return bad_fields("has something behind its object");
  if (field_count == 0) return bad_fields("names no field");

  sm_bytes word = sm_param("missing", "omit");
  if (sm_equal(word, sm_text("omit"))) {
    missing = OMIT;
  } else if (sm_equal(word, sm_text("null"))) {
    missing = NULLS;
  } else if (sm_equal(word, sm_text("error"))) {
    missing = ERROR;
  } else {
    sm_say("'missing' is '");
    sm_say_bytes(word);
    return sm_fail("'; it must be omit, null or error");
  }
  return sm_only_params("fields missing");
}

static void write_field(bool first, sm_bytes name, sm_bytes value) {
  if (!first) sm_write_byte(',');
  sm_write(name);
  sm_write_byte(':');
  sm_write(value);
}

SM_MAP(record) {
  const uint8_t *end = record->value.at + record->value.size;
  const uint8_t *at = sm_json_space(record->value.at, end);
  const uint8_t *stop = sm_json_skip(at, end, 0);
  if (!stop || sm_json_space(stop, end) != end) return sm_fail("the value is no JSON");
  bool first = true;
  sm_write_byte('{');
  for (uint32_t i = 0; i < field_count; i++) {
    sm_bytes value;
    if (!sm_json_find(record->value, fields[i].path, &value)) {
      if (missing == OMIT) continue;
      if (missing == ERROR) {
        sm_say("there is nothing at ");
        sm_say_bytes(fields[i].path);
        return SM_ERROR;
      }
      value = sm_text("null");
    }
    write_field(first, fields[i].name, value);
    first = false;
  }
  sm_write_byte('}');
  return SM_PASS;
}
