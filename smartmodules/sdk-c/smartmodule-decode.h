// Decodes what the host hands over: bytes, records, params. A part of smartmodule.h.

#ifndef SMARTMODULE_DECODE_H
#define SMARTMODULE_DECODE_H

// ---- Bytes ---------------------------------------------------------------------------------------------------------

static inline sm_bytes sm_text(const char *text) {
  uint32_t size = 0;
  while (text[size]) size++;
  return (sm_bytes){(const uint8_t *)text, size};
}

static inline bool sm_same(const uint8_t *a, const uint8_t *b, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

static inline bool sm_equal(sm_bytes a, sm_bytes b) { return a.size == b.size && sm_same(a.at, b.at, a.size); }

static inline bool sm_contains(sm_bytes where, sm_bytes what) {
  if (what.size == 0) return true;
  if (what.size > where.size) return false;
  const uint8_t *last = where.at + (where.size - what.size);
  for (const uint8_t *at = where.at; at <= last; at++) {
    if (*at == *what.at && sm_same(at + 1, what.at + 1, what.size - 1)) return true;
  }
  return false;
}

// A decimal integer of 64 bits with an optional sign, and nothing around it.
SM_ONCE bool sm_read_integer(sm_bytes text, int64_t *value) {
  uint32_t i = 0;
  bool negative = text.size > 0 && text.at[0] == '-';
  if (negative || (text.size > 0 && text.at[0] == '+')) i = 1;
  if (i == text.size) return false;
  uint64_t limit = negative ? (uint64_t)1 << 63 : INT64_MAX;
  uint64_t sum = 0;
  for (; i < text.size; i++) {
    uint32_t digit = text.at[i] - (uint32_t)'0';
    if (digit > 9 || sum > (limit - digit) / 10) return false;
    sum = sum * 10 + digit;
  }
  *value = (int64_t)(negative ? 0 - sum : sum);
  return true;
}

// The digits of a number; `room` holds at least 20 bytes, and the answer ends where it ends.
SM_ONCE sm_bytes sm_digits(int64_t value, uint8_t *room) {
  uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  uint8_t *end = room + 20;
  uint8_t *at = end;
  do {
    *--at = (uint8_t)('0' + rest % 10);
    rest /= 10;
  } while (rest);
  if (value < 0) *--at = '-';
  return (sm_bytes){at, (uint32_t)(end - at)};
}

// The next character, or -1 where the next byte begins none; that byte is then passed over alone. `*at` is before the end.
SM_ONCE int32_t sm_read_utf8(const uint8_t **at, const uint8_t *end) {
  uint32_t first = *(*at)++;
  if (first < 0x80) return (int32_t)first;
  uint32_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  if (first < 0xc2 || first > 0xf4 || (uint32_t)(end - *at) < more) return -1;
  uint32_t code = first & (0x3f >> more);
  for (uint32_t i = 0; i < more; i++) {
    uint32_t byte = (*at)[i];
    if ((byte & 0xc0) != 0x80) return -1;
    code = code << 6 | (byte & 0x3f);
  }
  static const uint32_t LEAST[] = {0, 0x80, 0x800, 0x10000};
  if (code < LEAST[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return -1;
  *at += more;
  return (int32_t)code;
}

// ---- Hints ---------------------------------------------------------------------------------------------------------

static uint8_t sm_hint[SM_MAX_HINT];
static uint32_t sm_hint_size;

// A hint is UTF-8 whatever a record is: what is no character, or one of control, becomes '?'.
SM_ONCE void sm_say_bytes(sm_bytes bytes) {
  const uint8_t *end = bytes.at + bytes.size;
  for (const uint8_t *at = bytes.at; at < end;) {
    const uint8_t *start = at;
    int32_t code = sm_read_utf8(&at, end);
    bool plain = code >= ' ' && code != 0x7f;
    uint32_t size = plain ? (uint32_t)(at - start) : 1;
    if (sm_hint_size + size > SM_MAX_HINT) return;
    for (uint32_t i = 0; i < size; i++) sm_hint[sm_hint_size + i] = plain ? start[i] : '?';
    sm_hint_size += size;
  }
}

static inline void sm_say(const char *text) { sm_say_bytes(sm_text(text)); }

static inline void sm_say_integer(int64_t value) {
  uint8_t room[20];
  sm_say_bytes(sm_digits(value, room));
}

static inline sm_verdict sm_fail(const char *text) {
  sm_say(text);
  return SM_ERROR;
}

// ---- Reading -------------------------------------------------------------------------------------------------------
//
// A reader never passes its end: what would do so leaves `broken` set and reads as zero.

typedef struct {
  const uint8_t *at;
  const uint8_t *end;
  bool broken;
} sm_reader;

static inline bool sm_has(sm_reader *in, uint64_t bytes) {
  if ((uint64_t)(in->end - in->at) < bytes) in->broken = true;
  return !in->broken;
}

static inline uint64_t sm_read_fixed(sm_reader *in, uint32_t bytes) {
  if (!sm_has(in, bytes)) return 0;
  uint64_t value = 0;
  for (uint32_t i = 0; i < bytes; i++) value = value << 8 | in->at[i];
  in->at += bytes;
  return value;
}

static inline sm_bytes sm_read_bytes(sm_reader *in, uint64_t size) {
  if (!sm_has(in, size)) return (sm_bytes){in->end, 0};
  sm_bytes bytes = {in->at, (uint32_t)size};
  in->at += size;
  return bytes;
}

static inline int64_t sm_read_varint(sm_reader *in) {
  uint64_t value = 0;
  for (uint32_t shift = 0; shift < 64; shift += 7) {
    if (in->at == in->end) break;
    uint8_t byte = *in->at++;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
  }
  in->broken = true;
  return 0;
}

// A negative length is larger than any input once it is unsigned, and so breaks the reader.
static inline sm_bytes sm_read_sized(sm_reader *in) { return sm_read_bytes(in, (uint64_t)sm_read_varint(in)); }

typedef struct {
  int64_t base_offset;
  int64_t base_timestamp;
  uint8_t *records;  // the count, then the records
  uint32_t count;
  sm_reader in;  // the records
  sm_bytes accumulator;
} sm_input;

SM_ONCE void sm_skip_params(sm_reader *in) {
  for (uint64_t left = sm_read_fixed(in, 2) * 2; left && !in->broken; left--) sm_read_bytes(in, sm_read_fixed(in, 2));
}

// Option<{last u64; age Option<u64 seconds, u32 nanoseconds>}>
static inline void sm_skip_lookback(sm_reader *in) {
  if (!sm_read_fixed(in, 1)) return;
  sm_read_fixed(in, 8);
  if (sm_read_fixed(in, 1)) sm_read_bytes(in, 12);
}

// | base_offset i64 | size u32 | count u32 | records | params | lookback | join_record | base_timestamp i64 | [accumulator]
SM_ONCE int32_t sm_read_input(uint8_t *at, uint32_t size, int32_t version, bool aggregate, sm_input *input) {
  if (version < SM_OLDEST_VERSION || version > SM_NEWEST_VERSION) return SM_BAD_INPUT;
  sm_reader in = {at, at + size, false};
  input->base_offset = (int64_t)sm_read_fixed(&in, 8);
  sm_bytes records = sm_read_bytes(&in, sm_read_fixed(&in, 4));
  sm_skip_params(&in);
  sm_skip_lookback(&in);
  sm_read_bytes(&in, sm_read_fixed(&in, 4));
  input->base_timestamp = (int64_t)sm_read_fixed(&in, 8);
  input->accumulator = aggregate ? sm_read_bytes(&in, sm_read_fixed(&in, 4)) : (sm_bytes){in.end, 0};
  if (in.broken || in.at != in.end) return SM_BAD_INPUT;

  input->records = (uint8_t *)records.at;
  input->in = (sm_reader){records.at, records.at + records.size, false};
  if (records.size == 0) {  // a vector of bytes without even a count holds no records
    input->count = 0;
    return 0;
  }
  input->count = (uint32_t)sm_read_fixed(&input->in, 4);
  return input->in.broken ? SM_BAD_RECORDS : 0;
}

// | body length | attributes i8 | timestamp delta | offset delta | 0 or 1, key length, key | value length, value | 0 |
static inline bool sm_read_record(sm_input *input, sm_record *record) {
  sm_reader *in = &input->in;
  uint64_t body = (uint64_t)sm_read_varint(in);
  if (!sm_has(in, body)) return false;
  const uint8_t *end = in->at + body;
  sm_read_fixed(in, 1);
  record->timestamp_delta = sm_read_varint(in);
  record->offset_delta = sm_read_varint(in);
  record->timestamp = (int64_t)((uint64_t)input->base_timestamp + (uint64_t)record->timestamp_delta);
  record->offset = (int64_t)((uint64_t)input->base_offset + (uint64_t)record->offset_delta);
  uint64_t has_key = sm_read_fixed(in, 1);
  record->has_key = has_key == 1;
  record->key = has_key == 1 ? sm_read_sized(in) : (sm_bytes){in->at, 0};
  record->value = sm_read_sized(in);
  int64_t headers = sm_read_varint(in);
  return !in->broken && in->at == end && has_key <= 1 && headers == 0;
}

static inline bool sm_read_all(const sm_input *input) { return input->in.at == input->in.end; }

// ---- Params --------------------------------------------------------------------------------------------------------

static sm_bytes sm_params;  // count u16, then name and value of each, as they came; empty before init

SM_ONCE bool sm_find_param(sm_bytes name, sm_bytes *value) {
  sm_reader in = {sm_params.at, sm_params.at + sm_params.size, false};
  for (uint64_t left = sm_params.size ? sm_read_fixed(&in, 2) : 0; left; left--) {
    sm_bytes here = sm_read_bytes(&in, sm_read_fixed(&in, 2));
    *value = sm_read_bytes(&in, sm_read_fixed(&in, 2));
    if (sm_equal(here, name)) return true;
  }
  return false;
}

static inline bool sm_has_param(const char *name) {
  sm_bytes value;
  return sm_find_param(sm_text(name), &value);
}

static inline sm_bytes sm_param(const char *name, const char *otherwise) {
  sm_bytes value;
  return sm_find_param(sm_text(name), &value) ? value : sm_text(otherwise);
}

// Refuses a param that is none of these: a misspelt name must not pass for a default.
SM_ONCE sm_verdict sm_only_params(const char *names) {
  sm_reader in = {sm_params.at, sm_params.at + sm_params.size, false};
  for (uint64_t left = sm_params.size ? sm_read_fixed(&in, 2) : 0; left; left--) {
    sm_bytes name = sm_read_bytes(&in, sm_read_fixed(&in, 2));
    sm_read_bytes(&in, sm_read_fixed(&in, 2));
    bool known = false;
    for (const char *at = names; *at && !known; at += *at == ' ') {
      const char *start = at;
      while (*at && *at != ' ') at++;
      known = sm_equal(name, (sm_bytes){(const uint8_t *)start, (uint32_t)(at - start)});
    }
    if (known) continue;
    sm_say("there is no param '");
    sm_say_bytes(name);
    sm_say("'; the params are: ");
    return sm_fail(names);
  }
  return SM_PASS;
}

#endif
