// Finds values in JSON where they lie, and builds nothing.
//
// A path is `$`, or names and indices: `value`, `$.value`, `a.b[0].c`, `$["a name"][2]`. Where an object has a name twice, the
// first counts. Only what is passed over on the way is checked, not what follows the value found.

#ifndef SMARTMODULE_JSON_H
#define SMARTMODULE_JSON_H

#include "smartmodule.h"

// Deeper JSON is refused, so that a hostile value cannot exhaust the stack.
enum { SM_JSON_MAX_DEPTH = 64 };

// The end of the JSON value that begins at `at`, or NULL where there is none.
static const uint8_t *sm_json_skip(const uint8_t *at, const uint8_t *end, int depth);

static bool sm_json_is_path(sm_bytes path);

// Sets `value` to the raw JSON at the path. False where it is not there, or the JSON is broken on the way to it.
static bool sm_json_find(sm_bytes json, sm_bytes path, sm_bytes *value);

typedef enum { SM_JSON_MORE, SM_JSON_END, SM_JSON_BROKEN } sm_json_step;

// Walks over an array or an object: `*at` begins behind the opening bracket, and moves on. `name` is set, with its quotes, where
// it is not NULL: then this is an object.
static sm_json_step sm_json_next(const uint8_t **at, const uint8_t *end, bool first, sm_bytes *name, sm_bytes *value);

// --------------------------------------------------------------------------------------------------------------------

static inline uint32_t sm_json_byte(const uint8_t *at, const uint8_t *end) { return at < end ? *at : 0; }

static inline const uint8_t *sm_json_space(const uint8_t *at, const uint8_t *end) {
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
  return at;
}

static inline const uint8_t *sm_json_word(const uint8_t *at, const uint8_t *end, const char *word) {
  sm_bytes text = sm_text(word);
  return text.size <= (uint32_t)(end - at) && sm_same(at, text.at, text.size) ? at + text.size : NULL;
}

// Whether what stands behind a backslash may stand there.
SM_ONCE bool sm_json_escape(const uint8_t *at, const uint8_t *end) {
  switch (sm_json_byte(at, end)) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': return true;
    case 'u': break;
    default: return false;
  }
  for (int i = 1; i <= 4; i++) {
    uint32_t c = sm_json_byte(at + i, end);
    if (c - '0' > 9 && (c | 0x20) - 'a' > 5) return false;
  }
  return true;
}

SM_ONCE const uint8_t *sm_json_string(const uint8_t *at, const uint8_t *end) {
  for (at++; at < end; at++) {
    if (*at == '"') return at + 1;
    if (*at < ' ') return NULL;
    if (*at == '\\' && !sm_json_escape(++at, end)) return NULL;
  }
  return NULL;
}

static inline const uint8_t *sm_json_digits(const uint8_t *at, const uint8_t *end) {
  while (at < end && *at >= '0' && *at <= '9') at++;
  return at;
}

SM_ONCE const uint8_t *sm_json_number(const uint8_t *at, const uint8_t *end) {
  if (sm_json_byte(at, end) == '-') at++;
  const uint8_t *start = at;
  at = sm_json_digits(at, end);
  if (at == start || (*start == '0' && at > start + 1)) return NULL;
  if (sm_json_byte(at, end) == '.') {
    start = ++at;
    at = sm_json_digits(at, end);
    if (at == start) return NULL;
  }
  if ((sm_json_byte(at, end) | 0x20) == 'e') {
    at++;
    if (sm_json_byte(at, end) == '+' || sm_json_byte(at, end) == '-') at++;
    start = at;
    at = sm_json_digits(at, end);
    if (at == start) return NULL;
  }
  return at;
}

// A name, a colon and the space after it.
SM_ONCE const uint8_t *sm_json_name(const uint8_t *at, const uint8_t *end) {
  if (sm_json_byte(at, end) != '"') return NULL;
  at = sm_json_string(at, end);
  if (!at) return NULL;
  at = sm_json_space(at, end);
  return sm_json_byte(at, end) == ':' ? sm_json_space(at + 1, end) : NULL;
}

SM_ONCE const uint8_t *sm_json_nested(const uint8_t *at, const uint8_t *end, int depth, bool object) {
  if (depth == SM_JSON_MAX_DEPTH) return NULL;
  uint8_t close = object ? '}' : ']';
  at = sm_json_space(at + 1, end);
  if (sm_json_byte(at, end) == close) return at + 1;
  for (;;) {
    if (object) at = sm_json_name(at, end);
    if (at) at = sm_json_skip(at, end, depth + 1);
    if (!at) return NULL;
    at = sm_json_space(at, end);
    if (sm_json_byte(at, end) == close) return at + 1;
    if (sm_json_byte(at, end) != ',') return NULL;
    at = sm_json_space(at + 1, end);
  }
}

SM_ONCE const uint8_t *sm_json_skip(const uint8_t *at, const uint8_t *end, int depth) {
  uint32_t first = sm_json_byte(at, end);
  if (first == '"') return sm_json_string(at, end);
  if (first == '{' || first == '[') return sm_json_nested(at, end, depth, first == '{');
  if (first == 't') return sm_json_word(at, end, "true");
  if (first == 'f') return sm_json_word(at, end, "false");
  if (first == 'n') return sm_json_word(at, end, "null");
  return sm_json_number(at, end);
}

SM_ONCE sm_json_step sm_json_next(const uint8_t **at, const uint8_t *end, bool first, sm_bytes *name, sm_bytes *value) {
  const uint8_t *here = sm_json_space(*at, end);
  if (sm_json_byte(here, end) == (name ? '}' : ']')) {
    *at = here + 1;
    return SM_JSON_END;
  }
  if (!first) {
    if (sm_json_byte(here, end) != ',') return SM_JSON_BROKEN;
    here = sm_json_space(here + 1, end);
  }
  if (name) {
    if (sm_json_byte(here, end) != '"') return SM_JSON_BROKEN;
    const uint8_t *after = sm_json_string(here, end);
    if (!after) return SM_JSON_BROKEN;
    *name = (sm_bytes){here, (uint32_t)(after - here)};
    here = sm_json_name(here, end);
    if (!here) return SM_JSON_BROKEN;
  }
  const uint8_t *stop = sm_json_skip(here, end, 0);
  if (!stop) return SM_JSON_BROKEN;
  *value = (sm_bytes){here, (uint32_t)(stop - here)};
  *at = stop;
  return SM_JSON_MORE;
}

// ---- Paths

typedef struct {
  sm_bytes name;
  int32_t index;  // counts where it is not negative
} sm_json_segment;

SM_ONCE const uint8_t *sm_json_read_segment(const uint8_t *at, const uint8_t *end, bool first, sm_json_segment *segment) {
  segment->index = -1;
  if (sm_json_byte(at, end) == '[' && sm_json_byte(at + 1, end) == '"') {
    const uint8_t *close = sm_json_string(at + 1, end);
    if (!close || sm_json_byte(close, end) != ']') return NULL;
    segment->name = (sm_bytes){at + 2, (uint32_t)(close - at) - 3};
    return close + 1;
  }
  if (sm_json_byte(at, end) == '[') {
    const uint8_t *close = sm_json_digits(at + 1, end);
    if (close == at + 1 || close > at + 9 || sm_json_byte(close, end) != ']') return NULL;
    segment->index = 0;
    for (at++; at < close; at++) segment->index = segment->index * 10 + (*at - '0');
    return close + 1;
  }
  if (!first) {
    if (sm_json_byte(at, end) != '.') return NULL;
    at++;
  }
  const uint8_t *start = at;
  while (at < end && *at != '.' && *at != '[') at++;
  segment->name = (sm_bytes){start, (uint32_t)(at - start)};
  return at > start ? at : NULL;
}

SM_ONCE bool sm_json_is_path(sm_bytes path) {
  const uint8_t *at = path.at;
  const uint8_t *end = path.at + path.size;
  bool first = sm_json_byte(at, end) != '$';
  if (first && path.size == 0) return false;
  for (at += !first; at < end; first = false) {
    sm_json_segment segment;
    at = sm_json_read_segment(at, end, first, &segment);
    if (!at) return false;
  }
  return true;
}

// Names are compared as they are written: one with escapes in it matches a path that is escaped in the same way.
SM_ONCE const uint8_t *sm_json_member(const uint8_t *at, const uint8_t *end, sm_bytes wanted) {
  at = sm_json_space(at + 1, end);
  while (sm_json_byte(at, end) == '"') {
    uint32_t left = (uint32_t)(end - at);
    bool found = left > wanted.size + 1 && at[wanted.size + 1] == '"' && sm_same(at + 1, wanted.at, wanted.size);
    at = sm_json_name(at, end);
    if (found || !at) return at;
    at = sm_json_skip(at, end, 0);
    if (!at) return NULL;
    at = sm_json_space(at, end);
    if (sm_json_byte(at, end) != ',') return NULL;
    at = sm_json_space(at + 1, end);
  }
  return NULL;
}

SM_ONCE const uint8_t *sm_json_element(const uint8_t *at, const uint8_t *end, int32_t index) {
  sm_bytes value = {end, 0};
  at++;
  for (int32_t i = 0; i <= index; i++) {
    if (sm_json_next(&at, end, i == 0, NULL, &value) != SM_JSON_MORE) return NULL;
  }
  return value.at;
}

SM_ONCE bool sm_json_find(sm_bytes json, sm_bytes path, sm_bytes *value) {
  const uint8_t *end = json.at + json.size;
  const uint8_t *at = sm_json_space(json.at, end);
  const uint8_t *step = path.at;
  const uint8_t *last = path.at + path.size;
  bool first = sm_json_byte(step, last) != '$';
  for (step += !first; step < last; first = false) {
    sm_json_segment segment;
    step = sm_json_read_segment(step, last, first, &segment);
    if (!step || sm_json_byte(at, end) != (segment.index >= 0 ? '[' : '{')) return false;
    at = segment.index >= 0 ? sm_json_element(at, end, segment.index) : sm_json_member(at, end, segment.name);
    if (!at) return false;
  }
  const uint8_t *stop = sm_json_skip(at, end, 0);
  if (!stop) return false;
  *value = (sm_bytes){at, (uint32_t)(stop - at)};
  return true;
}

#endif
