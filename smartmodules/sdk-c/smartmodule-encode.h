// Encodes outputs into one buffer, which is then lent to the host. A part of smartmodule.h.

#ifndef SMARTMODULE_ENCODE_H
#define SMARTMODULE_ENCODE_H

static uint8_t *sm_out;
static uint32_t sm_out_size;
static uint32_t sm_out_capacity;

static inline void sm_out_open(uint32_t capacity) {
  sm_out = sm_alloc(capacity);
  sm_out_size = 0;
  sm_out_capacity = capacity;
}

static inline uint8_t *sm_room(uint32_t bytes) {
  if (bytes > sm_out_capacity - sm_out_size) {
    uint64_t larger = (uint64_t)sm_out_capacity * 2 + bytes;
    if (larger > 0x7fff0000) __builtin_trap();
    sm_out = sm_enlarge(sm_out, sm_out_size, (uint32_t)larger);
    sm_out_capacity = (uint32_t)larger;
  }
  return sm_out + sm_out_size;
}

SM_ONCE void sm_write(sm_bytes bytes) {
  sm_move(sm_room(bytes.size), bytes.at, bytes.size);
  sm_out_size += bytes.size;
}

static inline void sm_write_text(const char *text) { sm_write(sm_text(text)); }

static inline uint8_t *sm_write_room(uint32_t bytes) {
  uint8_t *at = sm_room(bytes);
  sm_out_size += bytes;
  return at;
}

static inline void sm_write_byte(uint8_t byte) {
  *sm_room(1) = byte;
  sm_out_size++;
}

static inline void sm_write_integer(int64_t value) {
  uint8_t room[20];
  sm_write(sm_digits(value, room));
}

static inline uint8_t *sm_put_fixed(uint8_t *at, uint64_t value, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; i++) at[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
  return at + bytes;
}

SM_ONCE void sm_write_fixed(uint64_t value, uint32_t bytes) {
  sm_put_fixed(sm_room(bytes), value, bytes);
  sm_out_size += bytes;
}

static inline uint8_t *sm_put_varint(uint8_t *at, int64_t value) {
  uint64_t rest = (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
  for (; rest >= 0x80; rest >>= 7) *at++ = (uint8_t)(rest | 0x80);
  *at++ = (uint8_t)rest;
  return at;
}

static inline uint32_t sm_varint_size(int64_t value) {
  uint64_t rest = (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
  return (uint32_t)(70 - __builtin_clzll(rest | 1)) / 7;
}

static inline void sm_write_varint(int64_t value) {
  sm_out_size = (uint32_t)(sm_put_varint(sm_room(10), value) - sm_out);
}

// A record's value is written before its length is known. The head gets the room that it needs when the new value is as
// long as the old one; where that was the wrong guess the value moves by a byte or two.
static const sm_record *sm_open;
static uint32_t sm_open_head;
static uint32_t sm_open_value;
static uint32_t sm_records_out;
static bool sm_fresh;  // the outputs of array_map: no deltas, no key

static inline uint32_t sm_body_size(uint32_t value) {
  uint32_t key = sm_open->has_key && !sm_fresh ? sm_varint_size(sm_open->key.size) + sm_open->key.size : 0;
  uint32_t deltas = sm_fresh ? 2 : sm_varint_size(sm_open->timestamp_delta) + sm_varint_size(sm_open->offset_delta);
  return 1 + deltas + 1 + key + sm_varint_size(value) + value + 1;
}

static inline uint32_t sm_head_size(uint32_t value) {
  uint32_t body = sm_body_size(value);
  return sm_varint_size(body) + body - value - 1;
}

SM_ONCE void sm_open_record(const sm_record *record) {
  sm_open = record;
  uint32_t head = sm_head_size(record->value.size);
  sm_room(head);
  sm_open_head = sm_out_size;
  sm_open_value = sm_out_size += head;
}

static inline void sm_drop_record(void) { sm_out_size = sm_open_head; }

SM_ONCE void sm_close_record(void) {
  uint32_t value = sm_out_size - sm_open_value;
  uint32_t head = sm_head_size(value);
  sm_room(head + 1);
  if (head != sm_open_value - sm_open_head) sm_move(sm_out + sm_open_head + head, sm_out + sm_open_value, value);
  uint8_t *at = sm_put_varint(sm_out + sm_open_head, sm_body_size(value));
  *at++ = 0;
  at = sm_put_varint(at, sm_fresh ? 0 : sm_open->timestamp_delta);
  at = sm_put_varint(at, sm_fresh ? 0 : sm_open->offset_delta);
  bool has_key = sm_open->has_key && !sm_fresh;
  *at++ = has_key;
  if (has_key) {
    at = sm_put_varint(at, sm_open->key.size);
    sm_move(at, sm_open->key.at, sm_open->key.size);
    at += sm_open->key.size;
  }
  at = sm_put_varint(at, value);
  at[value] = 0;
  sm_out_size = (uint32_t)(at + value + 1 - sm_out);
  sm_records_out++;
}

static inline void sm_next(void) {
  sm_close_record();
  sm_open_record(sm_open);
}

SM_ONCE void sm_write_optional(bool has, sm_bytes bytes) {
  sm_write_byte(has);
  if (!has) return;
  sm_write_varint(bytes.size);
  sm_write(bytes);
}

static inline void sm_write_hint(void) {
  sm_write_fixed(sm_hint_size, 2);
  sm_write((sm_bytes){sm_hint, sm_hint_size});
}

// Option<{hint, offset i64, kind u8, key, value}>
SM_ONCE void sm_write_error(uint8_t kind, const sm_record *record) {
  sm_write_byte(1);
  sm_write_hint();
  sm_write_fixed((uint64_t)record->offset, 8);
  sm_write_byte(kind);
  sm_write_optional(record->has_key, record->key);
  sm_write_varint(record->value.size);
  sm_write(record->value);
}

static inline void sm_lend_out(void) { sm_lend(sm_out, sm_out_size, sm_out); }

#endif
