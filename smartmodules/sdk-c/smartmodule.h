// A SmartModule in C: include this header, define one kind, compile for wasm32 without a C library.
//
//   SM_INIT()                  once, before the first record: read the params, or refuse them
//   SM_FILTER(record)          passes or drops a record
//   SM_MAP(record)             writes a new value
//   SM_FILTER_MAP(record)      writes a new value, or drops the record
//   SM_ARRAY_MAP(record)       writes any number of values; sm_next() ends each
//   SM_AGGREGATE(accumulator, record)   writes the new accumulator, which is also the value that goes out
//   SM_LOOK_BACK(record)       earlier records, before the first call, to rebuild state from
//
// Each is followed by a body that returns SM_PASS, SM_DROP or sm_fail("why"). A record and its bytes live until the body
// returns. What must outlive it is copied into memory of sm_alloc. Params live for ever.
//
// One call of the host:
//
//   host                                    guest
//   p = alloc(n), writes the input at p
//   filter(p, n, 22)                   -->  decodes, runs the body on each record
//                                      <--  copy_records(output, size)
//   takes the count                    <--  frees p, returns the count
//   dealloc(output, size)              -->  frees the output
//
// A host that never deallocates costs nothing either: an output that is still lent is freed at the next call.

#ifndef SMARTMODULE_H
#define SMARTMODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is not on the path of every record is kept out of line, so that a guest stays a few kilobytes.
#define SM_ONCE static __attribute__((noinline, unused))
#define SM_INLINE static inline __attribute__((always_inline))

// ---- What an author uses -------------------------------------------------------------------------------------------

typedef struct {
  const uint8_t *at;
  uint32_t size;
} sm_bytes;

typedef struct {
  int64_t offset;     // the record's own in its stream
  int64_t timestamp;  // milliseconds since 1970
  sm_bytes key;       // empty where there is none
  sm_bytes value;
  bool has_key;
  int64_t offset_delta;
  int64_t timestamp_delta;
} sm_record;

typedef enum { SM_ERROR = -1, SM_DROP = 0, SM_PASS = 1 } sm_verdict;

static inline sm_bytes sm_text(const char *text);
static inline bool sm_equal(sm_bytes a, sm_bytes b);
static inline bool sm_contains(sm_bytes where, sm_bytes what);
SM_ONCE bool sm_read_integer(sm_bytes text, int64_t *value);

// Params, in SM_INIT and after it.
static inline bool sm_has_param(const char *name);
static inline sm_bytes sm_param(const char *name, const char *otherwise);
SM_ONCE sm_verdict sm_only_params(const char *names_with_spaces_between);

// The value that goes out; in SM_MAP, SM_FILTER_MAP, SM_ARRAY_MAP and SM_AGGREGATE only.
SM_ONCE void sm_write(sm_bytes bytes);
static inline void sm_write_text(const char *text);
static inline void sm_write_byte(uint8_t byte);
static inline void sm_write_integer(int64_t value);
static inline uint8_t *sm_write_room(uint32_t bytes);  // these many bytes of the value, for you to fill
static inline void sm_next(void);

// Trouble: sm_say adds to the hint, sm_fail adds to it and ends the body: `return sm_fail("no number")`.
static inline void sm_say(const char *text);
SM_ONCE void sm_say_bytes(sm_bytes bytes);
static inline void sm_say_integer(int64_t value);
static inline sm_verdict sm_fail(const char *text);

SM_ONCE void *sm_alloc(uint32_t size);
SM_ONCE void sm_free(void *block);

#define SM_EXPORT(name) __attribute__((export_name(name), used))

#define SM_INIT()                                                                                  \
  static sm_verdict sm_body_init(void);                                                            \
  SM_EXPORT("init") int32_t sm_export_init(uint8_t *input, uint32_t size, int32_t version) {       \
    return sm_run_init(input, size, version, sm_body_init);                                        \
  }                                                                                                \
  static sm_verdict sm_body_init(void)

#define SM_LOOK_BACK(record)                                                                       \
  static sm_verdict sm_body_look_back(const sm_record *record);                                    \
  SM_EXPORT("look_back") int32_t sm_export_look_back(uint8_t *input, uint32_t size, int32_t version) { \
    return sm_run_look_back(input, size, version, sm_body_look_back);                              \
  }                                                                                                \
  static sm_verdict sm_body_look_back(const sm_record *record)

#define SM_FILTER(record)                                                                          \
  static sm_verdict sm_body(const sm_record *record);                                              \
  SM_EXPORT("filter") int32_t sm_export(uint8_t *input, uint32_t size, int32_t version) {          \
    return sm_run_filter(input, size, version, sm_body);                                           \
  }                                                                                                \
  static sm_verdict sm_body(const sm_record *record)

#define SM_WRITER(name, kind, record)                                                              \
  static sm_verdict sm_body(const sm_record *record);                                              \
  SM_EXPORT(name) int32_t sm_export(uint8_t *input, uint32_t size, int32_t version) {              \
    return sm_run_writer(input, size, version, kind, sm_body);                                     \
  }                                                                                                \
  static sm_verdict sm_body(const sm_record *record)

#define SM_MAP(record) SM_WRITER("map", SM_KIND_MAP, record)
#define SM_FILTER_MAP(record) SM_WRITER("filter_map", SM_KIND_FILTER_MAP, record)
#define SM_ARRAY_MAP(record) SM_WRITER("array_map", SM_KIND_ARRAY_MAP, record)

#define SM_AGGREGATE(accumulator, record)                                                          \
  static sm_verdict sm_body(sm_bytes accumulator, const sm_record *record);                        \
  SM_EXPORT("aggregate") int32_t sm_export(uint8_t *input, uint32_t size, int32_t version) {       \
    return sm_run_aggregate(input, size, version, sm_body);                                        \
  }                                                                                                \
  static sm_verdict sm_body(sm_bytes accumulator, const sm_record *record)

// ---- The ABI -------------------------------------------------------------------------------------------------------

enum { SM_KIND_FILTER = 0, SM_KIND_MAP = 1, SM_KIND_ARRAY_MAP = 2, SM_KIND_AGGREGATE = 3, SM_KIND_FILTER_MAP = 4 };

enum {
  SM_BAD_INPUT = -11,
  SM_BAD_RECORDS = -22,
  SM_INIT_REFUSED = -2,
  SM_INIT_BAD_INPUT = -10,
  SM_LOOK_BACK_BAD_INPUT = -66,
  SM_LOOK_BACK_BAD_RECORDS = -77,
  SM_LOOK_BACK_FAILED = -99,
};

// The input's layout has been this one from version 22 on.
enum { SM_OLDEST_VERSION = 22, SM_NEWEST_VERSION = 25 };

// A hint is for people: what is longer is cut, so that a record of megabytes is not repeated in it.
enum { SM_MAX_HINT = 400 };

__attribute__((import_module("env"), import_name("copy_records"))) void sm_copy_records(const uint8_t *at, uint32_t size);

// ---- Memory --------------------------------------------------------------------------------------------------------
//
// First fit over a list of free blocks in order of address; neighbours are joined when one is freed, and what borders on
// the end of the heap goes back to it. So a long run of calls of any sizes needs no more than its largest moment.
//
//   | size u32 | state u32 | payload, a multiple of 8 ... |        the next free block's address is kept in the payload

typedef struct sm_block {
  uint32_t size;  // with these eight bytes
  uint32_t state;
  struct sm_block *next;
} sm_block;

enum { SM_USED = 0x75736564, SM_FREE = 0x66726565, SM_BLOCK_HEAD = 8, SM_SMALLEST_BLOCK = 16, SM_PAGE = 65536 };

extern uint8_t __heap_base;
static sm_block *sm_free_blocks;
static uint8_t *sm_heap_end;

static inline void sm_move(void *to, const void *from, uint32_t size) { __builtin_memmove(to, from, size); }

static inline uint32_t sm_block_size(uint32_t size) {
  if (size > 0x7fff0000) __builtin_trap();
  uint32_t whole = (size + SM_BLOCK_HEAD + 7) & ~7u;
  return whole < SM_SMALLEST_BLOCK ? SM_SMALLEST_BLOCK : whole;
}

// Moves the end of the heap up. Where the host grants no more memory the guest traps: it has no promise left to keep.
static inline void sm_extend_heap(uint32_t bytes) {
  uint64_t end = (uint64_t)(uintptr_t)sm_heap_end + bytes;
  uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) * SM_PAGE;
  if (end > have) {
    uint64_t pages = (end - have + SM_PAGE - 1) / SM_PAGE;
    if (end > 0xffff0000u || __builtin_wasm_memory_grow(0, (size_t)pages) == (size_t)-1) __builtin_trap();
  }
  sm_heap_end = (uint8_t *)(uintptr_t)end;
}

SM_ONCE void *sm_alloc(uint32_t size) {
  uint32_t need = sm_block_size(size);
  for (sm_block **link = &sm_free_blocks; *link; link = &(*link)->next) {
    sm_block *block = *link;
    if (block->size < need) continue;
    if (block->size - need >= SM_SMALLEST_BLOCK) {
      sm_block *rest = (sm_block *)((uint8_t *)block + need);
      *rest = (sm_block){block->size - need, SM_FREE, block->next};
      *link = rest;
      block->size = need;
    } else {
      *link = block->next;
    }
    block->state = SM_USED;
    return (uint8_t *)block + SM_BLOCK_HEAD;
  }
  if (!sm_heap_end) sm_heap_end = (uint8_t *)(((uintptr_t)&__heap_base + 7) & ~(uintptr_t)7);
  sm_block *block = (sm_block *)sm_heap_end;
  sm_extend_heap(need);
  block->size = need;
  block->state = SM_USED;
  return (uint8_t *)block + SM_BLOCK_HEAD;
}

// Takes only what sm_alloc gave and nobody freed yet; anything else is ignored.
SM_ONCE void sm_free(void *payload) {
  uintptr_t address = (uintptr_t)payload;
  if (address % 8 || address < (uintptr_t)&__heap_base + SM_BLOCK_HEAD || address >= (uintptr_t)sm_heap_end) return;
  sm_block *block = (sm_block *)(address - SM_BLOCK_HEAD);
  if (block->state != SM_USED) return;
  block->state = SM_FREE;

  sm_block *before = NULL;
  sm_block *after = sm_free_blocks;
  while (after && after < block) before = after, after = after->next;
  block->next = after;
  if (after && (uint8_t *)block + block->size == (uint8_t *)after) {
    block->size += after->size;
    block->next = after->next;
  }
  if (before && (uint8_t *)before + before->size == (uint8_t *)block) {
    before->size += block->size;
    before->next = block->next;
    block = before;
  } else if (before) {
    before->next = block;
  } else {
    sm_free_blocks = block;
  }
  if ((uint8_t *)block + block->size == sm_heap_end) {
    sm_block **link = &sm_free_blocks;
    while (*link != block) link = &(*link)->next;
    *link = NULL;
    sm_heap_end = (uint8_t *)block;
  }
}

// The same bytes in a larger block; at the end of the heap the block only stretches.
SM_ONCE void *sm_enlarge(void *payload, uint32_t used, uint32_t size) {
  sm_block *block = (sm_block *)((uint8_t *)payload - SM_BLOCK_HEAD);
  uint32_t need = sm_block_size(size);
  if ((uint8_t *)block + block->size == sm_heap_end && need > block->size) {
    sm_extend_heap(need - block->size);
    block->size = need;
    return payload;
  }
  void *larger = sm_alloc(size);
  sm_move(larger, payload, used);
  sm_free(payload);
  return larger;
}

// ---- The output that the host has not given back yet ---------------------------------------------------------------

static const uint8_t *sm_lent;  // what the host knows: may lie inside its block
static void *sm_lent_block;

static inline void sm_take_back(void) {
  if (sm_lent) sm_free(sm_lent_block);
  sm_lent = NULL;
}

static inline void sm_lend(const uint8_t *at, uint32_t size, void *block) {
  sm_lent = at;
  sm_lent_block = block;
  sm_copy_records(at, size);
}

SM_EXPORT("alloc") void *sm_export_alloc(uint32_t size) { return sm_alloc(size); }

SM_EXPORT("dealloc") void sm_export_dealloc(uint8_t *at, uint32_t size) {
  (void)size;
  if (at == sm_lent) {
    sm_take_back();
  } else {
    sm_free(at);
  }
}

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

// ---- Writing -------------------------------------------------------------------------------------------------------

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

// ---- One call, for each kind ---------------------------------------------------------------------------------------

// The survivors move together inside the input's own buffer, run by run, and that buffer is lent as the output: where all
// pass, nothing is copied at all.
SM_INLINE int32_t sm_run_filter(uint8_t *at, uint32_t size, int32_t version, sm_verdict (*body)(const sm_record *)) {
  sm_take_back();
  sm_input input;
  int32_t bad = sm_read_input(at, size, version, false, &input);
  if (bad || input.count == 0) {  // with no record there is no room for a count in place
    if (!bad) sm_out_open(8), sm_write_fixed(0, 4), sm_write_byte(0), sm_lend_out();
    sm_free(at);
    return bad;
  }
  uint8_t *to = input.records + 4;
  const uint8_t *run = to;
  uint32_t passed = 0;
  sm_verdict verdict = SM_PASS;
  sm_record record;
  for (uint32_t left = input.count; left && verdict != SM_ERROR; left--) {
    const uint8_t *start = input.in.at;
    if (!sm_read_record(&input, &record)) {
      sm_free(at);
      return SM_BAD_RECORDS;
    }
    sm_hint_size = 0;
    verdict = body(&record);
    if (verdict == SM_PASS) {
      passed++;
      continue;
    }
    if (to != run) sm_move(to, run, (uint32_t)(start - run));
    to += start - run;
    run = input.in.at;
  }
  if (verdict != SM_ERROR) {
    if (!sm_read_all(&input)) {
      sm_free(at);
      return SM_BAD_RECORDS;
    }
    if (to != run) sm_move(to, run, (uint32_t)(input.in.end - run));
    to += input.in.end - run;
    *to++ = 0;  // no error; params follow the records, so that there is a byte
    sm_put_fixed(input.records, passed, 4);
    sm_lend(input.records, (uint32_t)(to - input.records), at);
    return (int32_t)passed;
  }
  sm_put_fixed(input.records, passed, 4);
  sm_out_open((uint32_t)(to - input.records) + record.value.size + record.key.size + SM_MAX_HINT + 64);
  sm_write((sm_bytes){input.records, (uint32_t)(to - input.records)});
  sm_write_error(SM_KIND_FILTER, &record);
  sm_lend_out();
  sm_free(at);
  return (int32_t)passed;
}

SM_INLINE int32_t sm_give_up(uint8_t *input, int32_t status) {
  sm_free(sm_out);
  sm_free(input);
  return status;
}

SM_INLINE int32_t sm_run_writer(uint8_t *at, uint32_t size, int32_t version, uint8_t kind,
                                sm_verdict (*body)(const sm_record *)) {
  sm_take_back();
  sm_input input;
  sm_out_open(size + size / 4 + 64);
  int32_t bad = sm_read_input(at, size, version, false, &input);
  if (bad) return sm_give_up(at, bad);
  sm_write_fixed(0, 4);
  sm_records_out = 0;
  sm_fresh = kind == SM_KIND_ARRAY_MAP;
  sm_verdict verdict = SM_PASS;
  sm_record record;
  for (uint32_t left = input.count; left && verdict != SM_ERROR; left--) {
    if (!sm_read_record(&input, &record)) return sm_give_up(at, SM_BAD_RECORDS);
    sm_hint_size = 0;
    uint32_t records = sm_records_out;
    uint32_t start = sm_out_size;
    sm_open_record(&record);
    verdict = body(&record);
    if (verdict == SM_PASS && kind != SM_KIND_ARRAY_MAP) {
      sm_close_record();
    } else {
      sm_drop_record();
    }
    if (verdict == SM_ERROR) {  // what a failed record wrote before it failed does not go out
      sm_out_size = start;
      sm_records_out = records;
    }
  }
  if (verdict != SM_ERROR && !sm_read_all(&input)) return sm_give_up(at, SM_BAD_RECORDS);
  sm_put_fixed(sm_out, sm_records_out, 4);
  if (verdict == SM_ERROR) {
    sm_write_error(kind, &record);
  } else {
    sm_write_byte(0);
  }
  sm_lend_out();
  sm_free(at);
  return (int32_t)sm_records_out;
}

static uint8_t *sm_accumulator;
static uint32_t sm_accumulator_capacity;

static inline sm_bytes sm_keep_accumulator(sm_bytes bytes) {
  if (bytes.size > sm_accumulator_capacity || !sm_accumulator) {
    sm_free(sm_accumulator);
    sm_accumulator_capacity = bytes.size + bytes.size / 2 + 64;
    sm_accumulator = sm_alloc(sm_accumulator_capacity);
  }
  sm_move(sm_accumulator, bytes.at, bytes.size);
  return (sm_bytes){sm_accumulator, bytes.size};
}

SM_INLINE int32_t sm_run_aggregate(uint8_t *at, uint32_t size, int32_t version,
                                   sm_verdict (*body)(sm_bytes, const sm_record *)) {
  sm_take_back();
  sm_input input;
  sm_out_open(size + size / 4 + 64);
  int32_t bad = sm_read_input(at, size, version, true, &input);
  if (bad) return sm_give_up(at, bad);
  sm_bytes accumulator = sm_keep_accumulator(input.accumulator);
  sm_write_fixed(0, 4);
  sm_records_out = 0;
  sm_fresh = false;
  sm_verdict verdict = SM_PASS;
  sm_record record;
  for (uint32_t left = input.count; left && verdict != SM_ERROR; left--) {
    if (!sm_read_record(&input, &record)) return sm_give_up(at, SM_BAD_RECORDS);
    sm_hint_size = 0;
    sm_open_record(&record);
    verdict = body(accumulator, &record);
    if (verdict != SM_PASS) {
      sm_drop_record();
      continue;
    }
    accumulator = sm_keep_accumulator((sm_bytes){sm_out + sm_open_value, sm_out_size - sm_open_value});
    sm_close_record();
  }
  if (verdict != SM_ERROR && !sm_read_all(&input)) return sm_give_up(at, SM_BAD_RECORDS);
  sm_put_fixed(sm_out, sm_records_out, 4);
  if (verdict == SM_ERROR) {
    sm_write_error(SM_KIND_AGGREGATE, &record);
  } else {
    sm_write_byte(0);
  }
  sm_write_fixed(accumulator.size, 4);
  sm_write(accumulator);
  sm_lend_out();
  sm_free(at);
  return (int32_t)sm_records_out;
}

SM_INLINE int32_t sm_run_init(uint8_t *at, uint32_t size, int32_t version, sm_verdict (*body)(void)) {
  sm_take_back();
  sm_reader in = {at, at + size, false};
  sm_skip_params(&in);
  sm_bytes params = {at, (uint32_t)(in.at - at)};
  sm_skip_lookback(&in);
  if (version < SM_OLDEST_VERSION || version > SM_NEWEST_VERSION || in.broken || in.at != in.end) {
    sm_free(at);
    return SM_INIT_BAD_INPUT;
  }
  uint8_t *kept = sm_alloc(params.size);
  sm_move(kept, params.at, params.size);
  sm_params = (sm_bytes){kept, params.size};
  sm_free(at);
  sm_hint_size = 0;
  if (body() != SM_ERROR) return 0;
  sm_out_open(SM_MAX_HINT + 2);
  sm_write_hint();
  sm_lend_out();
  return SM_INIT_REFUSED;
}

SM_INLINE int32_t sm_run_look_back(uint8_t *at, uint32_t size, int32_t version, sm_verdict (*body)(const sm_record *)) {
  sm_take_back();
  sm_input input;
  int32_t bad = sm_read_input(at, size, version, false, &input);
  if (bad) {
    sm_free(at);
    return bad == SM_BAD_INPUT ? SM_LOOK_BACK_BAD_INPUT : SM_LOOK_BACK_BAD_RECORDS;
  }
  for (uint32_t left = input.count; left; left--) {
    sm_record record;
    if (!sm_read_record(&input, &record)) {
      sm_free(at);
      return SM_LOOK_BACK_BAD_RECORDS;
    }
    sm_hint_size = 0;
    if (body(&record) != SM_ERROR) continue;
    sm_out_open(record.value.size + record.key.size + SM_MAX_HINT + 64);
    sm_write_hint();
    sm_write_fixed((uint64_t)record.offset, 8);
    sm_write_optional(record.has_key, record.key);
    sm_write_varint(record.value.size);
    sm_write(record.value);
    sm_lend_out();
    sm_free(at);
    return SM_LOOK_BACK_FAILED;
  }
  sm_free(at);
  return 0;
}

#endif
