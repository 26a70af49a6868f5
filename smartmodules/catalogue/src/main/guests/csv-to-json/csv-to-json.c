// Makes a JSON object of a line of comma-separated values (RFC 4180): numbers become numbers, all else strings.
//
//   columns  time,value,unit
//   in       2026-01-01T00:00:00Z,21.50,"degrees ""C"""
//   out      {"time":"2026-01-01T00:00:00Z","value":21.50,"unit":"degrees \"C\""}
//
// A number keeps its digits. What JSON would not take as a number, such as 007 or +1, stays a string; so does a quoted field.

#include "smartmodule-json.h"

enum { MAX_COLUMNS = 1000 };

static sm_bytes columns[MAX_COLUMNS];  // as JSON strings, with their quotes
static uint32_t column_count;
static uint8_t separator;

static const char HEX[] = "0123456789abcdef";

// The size of a byte in a JSON string.
static uint32_t escaped_size(uint8_t byte) { return byte == '"' || byte == '\\' ? 2 : byte < ' ' ? 6 : 1; }

static uint8_t *put_escaped(uint8_t *to, uint8_t byte) {
  uint32_t size = escaped_size(byte);
  if (size == 6) {
    to[0] = '\\', to[1] = 'u', to[2] = '0', to[3] = '0', to[4] = (uint8_t)HEX[byte >> 4], to[5] = (uint8_t)HEX[byte & 15];
    return to + 6;
  }
  if (size == 2) *to++ = '\\';
  *to++ = byte;
  return to;
}

static sm_bytes json_string(const uint8_t *at, const uint8_t *end) {
  uint8_t *string = sm_alloc((uint32_t)(end - at) * 6 + 2);
  uint8_t *to = string;
  *to++ = '"';
  for (; at < end; at++) to = put_escaped(to, *at);
  *to++ = '"';
  return (sm_bytes){string, (uint32_t)(to - string)};
}

static sm_verdict read_columns(sm_bytes text) {
  const uint8_t *at = text.at;
  const uint8_t *end = text.at + text.size;
  if (sm_json_byte(at, end) == '[') {  // a list in YAML arrives as JSON
    at++;
    sm_bytes name;
    sm_json_step step;
    while ((step = sm_json_next(&at, end, column_count == 0, NULL, &name)) == SM_JSON_MORE) {
      if (*name.at != '"') return sm_fail("'columns' holds something that is no string");
      if (column_count == MAX_COLUMNS) return sm_fail("'columns' has more than 1000 names");
      columns[column_count++] = name;
    }
    return step == SM_JSON_END ? SM_PASS : sm_fail("'columns' is broken JSON");
  }
  for (;;) {
    const uint8_t *start = at;
    while (at < end && *at != ',') at++;
    const uint8_t *stop = at;
    while (start < stop && *start == ' ') start++;
    while (start < stop && stop[-1] == ' ') stop--;
    if (start == stop) return sm_fail("'columns' has an empty name");
    if (column_count == MAX_COLUMNS) return sm_fail("'columns' has more than 1000 names");
    columns[column_count++] = json_string(start, stop);
    if (at == end) return SM_PASS;
    at++;
  }
}

SM_INIT() {
  sm_bytes text = sm_param("columns", "");
  if (text.size == 0) return sm_fail("'columns' is missing: the names of the columns, such as time,value,unit");
  if (read_columns(text) == SM_ERROR || column_count == 0) {
    return sm_fail("; it must be names with commas between, or a list of names");
  }
  sm_bytes between = sm_param("separator", ",");
  if (sm_equal(between, sm_text("tab")) || sm_equal(between, sm_text("\\t"))) between = sm_text("\t");
  if (between.size != 1 || *between.at == '"' || *between.at == '\n' || *between.at == '\r') {
    sm_say("'separator' is '");
    sm_say_bytes(between);
    return sm_fail("'; it must be one ASCII character that is neither a quote nor a line break, or tab");
  }
  separator = *between.at;
  return sm_only_params("columns separator");
}

static bool is_number(sm_bytes field) {
  const uint8_t *end = field.at + field.size;
  return field.size > 0 && sm_json_number(field.at, end) == end;
}

// Writes one quoted field; `at` is behind its first quote. The end, behind its last quote, or NULL where there is none.
static const uint8_t *write_quoted(const uint8_t *at, const uint8_t *end) {
  sm_write_byte('"');
  for (; at < end; at++) {
    if (*at == '"') {
      if (sm_json_byte(at + 1, end) != '"') break;
      at++;
    }
    put_escaped(sm_write_room(escaped_size(*at)), *at);
  }
  sm_write_byte('"');
  return at < end ? at + 1 : NULL;
}

static void write_plain(sm_bytes field) {
  if (is_number(field)) {
    sm_write(field);
    return;
  }
  sm_write_byte('"');
  for (uint32_t i = 0; i < field.size; i++) put_escaped(sm_write_room(escaped_size(field.at[i])), field.at[i]);
  sm_write_byte('"');
}

// A string of JSON is UTF-8, and so must be what goes into one.
static bool is_utf8(sm_bytes bytes) {
  const uint8_t *end = bytes.at + bytes.size;
  for (const uint8_t *at = bytes.at; at < end;) {
    if (*at < 0x80) {
      at++;
    } else if (sm_read_utf8(&at, end) < 0) {
      return false;
    }
  }
  return true;
}

static sm_verdict wrong_count(uint32_t count) {
  sm_say_integer(count);
  sm_say(" columns, where there must be ");
  sm_say_integer(column_count);
  return SM_ERROR;
}

static sm_verdict wrong_quotes(uint32_t column) {
  sm_say("the quotes of column ");
  sm_say_integer(column);
  return sm_fail(" do not match");
}

SM_MAP(record) {
  if (!is_utf8(record->value)) return sm_fail("the value is no UTF-8");
  const uint8_t *at = record->value.at;
  const uint8_t *end = at + record->value.size;
  if (at < end && end[-1] == '\n') end--;
  if (at < end && end[-1] == '\r') end--;
  sm_write_byte('{');
  uint32_t count = 0;
  for (;; at++) {
    bool known = count < column_count;
    if (known) {
      if (count > 0) sm_write_byte(',');
      sm_write(columns[count]);
      sm_write_byte(':');
    }
    count++;
    if (sm_json_byte(at, end) == '"') {
      at = write_quoted(at + 1, end);  // what is one too many is written, too, and goes with the error
      if (!at || (at < end && *at != separator)) return wrong_quotes(count);
    } else {
      const uint8_t *start = at;
      for (; at < end && *at != separator; at++) {
        if (*at == '"') return wrong_quotes(count);
      }
      if (known) write_plain((sm_bytes){start, (uint32_t)(at - start)});
    }
    if (at >= end) break;
  }
  if (count != column_count) return wrong_count(count);
  sm_write_byte('}');
  return SM_PASS;
}
