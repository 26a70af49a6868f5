// Drops a record that says what one of the last ones has said: by its key, its value, or a part of its value.
//
// What is remembered lies in a ring, oldest first, and in a hash table that points into the ring:
//
//   buckets  u32 per bucket: the newest entry of its chain, plus one
//   ring     | hash u64 | chain u32 | size u32 | timestamp i64 | bytes, or NULL |
//
// A repeated record does not renew what is remembered: with `age`, one of each goes out per age.

#include "smartmodule-json.h"

enum { MAX_COUNT = 1000000, DEFAULT_COUNT = 10000 };

// All that is remembered, so that long values cannot fill the memory: beyond it the oldest is forgotten, which lets a repetition
// pass and never drops a record that is none.
enum { MAX_BYTES = 32 << 20 };

typedef struct {
  uint64_t hash;
  uint32_t next;  // entry plus one; 0 ends the chain
  uint32_t size;
  int64_t timestamp;
  uint8_t *bytes;
} entry;

static enum { BY_KEY, BY_VALUE, BY_PATH } by = BY_VALUE;
static sm_bytes path;
static uint32_t count = DEFAULT_COUNT;
static int64_t age_millis;  // 0: for ever

static entry *ring;
static uint32_t *buckets;
static uint32_t bucket_mask;
static uint32_t oldest;
static uint32_t used;
static uint32_t used_bytes;

static bool read_age(sm_bytes text) {
  uint32_t digits = 0;
  while (digits < text.size && text.at[digits] >= '0' && text.at[digits] <= '9') digits++;
  int64_t number;
  if (digits > 10 || !sm_read_integer((sm_bytes){text.at, digits}, &number) || number <= 0) return false;
  sm_bytes unit = {text.at + digits, text.size - digits};
  static const struct {
    const char *name;
    int64_t millis;
  } UNITS[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
  for (uint32_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
    if (!sm_equal(unit, sm_text(UNITS[i].name))) continue;
    age_millis = number * UNITS[i].millis;
    return true;
  }
  return false;
}

static sm_verdict refuse(const char *name, sm_bytes value, const char *allowed) {
  sm_say("'");
  sm_say(name);
  sm_say("' is '");
  sm_say_bytes(value);
  sm_say("'; it must be ");
  return sm_fail(allowed);
}

static void make_room(void) {
  uint32_t size = 16;
  while (size < count) size *= 2;
  bucket_mask = size - 1;
  ring = sm_alloc(count * (uint32_t)sizeof *ring);
  buckets = sm_alloc(size * 4);
  __builtin_memset(buckets, 0, size * 4);
}

SM_INIT() {
  sm_bytes text = sm_param("by", "value");
  if (sm_equal(text, sm_text("key"))) {
    by = BY_KEY;
  } else if (sm_equal(text, sm_text("path"))) {
    by = BY_PATH;
  } else if (!sm_equal(text, sm_text("value"))) {
    return refuse("by", text, "key, value or path");
  }
  if (sm_has_param("path")) {
    path = sm_param("path", "");
    if (!sm_json_is_path(path)) return refuse("path", path, "a path such as value, $.a.b or a[0][\"c d\"]");
    if (sm_has_param("by") && by != BY_PATH) return sm_fail("'path' goes with 'by: path' only");
    by = BY_PATH;
  } else if (by == BY_PATH) {
    return sm_fail("'path' is missing: where in a JSON value lies what must not repeat");
  }
  if (sm_has_param("count")) {
    text = sm_param("count", "");
    int64_t number;
    if (!sm_read_integer(text, &number) || number < 1 || number > MAX_COUNT) {
      return refuse("count", text, "a whole number from 1 to 1000000");
    }
    count = (uint32_t)number;
  }
  if (sm_has_param("age")) {
    text = sm_param("age", "");
    if (!read_age(text)) return refuse("age", text, "a whole number with a unit, such as 500ms, 30s, 10m, 2h or 7d");
  }
  return sm_only_params("by path count age");
}

static uint64_t hash_of(sm_bytes bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (uint32_t i = 0; i < bytes.size; i++) hash = (hash ^ bytes.at[i]) * 0x100000001b3;
  return hash ^ hash >> 32;
}

static void forget_oldest(void) {
  entry *gone = &ring[oldest];
  uint32_t *link = &buckets[gone->hash & bucket_mask];
  while (*link != oldest + 1) link = &ring[*link - 1].next;
  *link = gone->next;
  sm_free(gone->bytes);
  used_bytes -= gone->size;
  oldest = oldest + 1 == count ? 0 : oldest + 1;
  used--;
}

static void remember(uint64_t hash, sm_bytes bytes, int64_t timestamp) {
  if (bytes.size > MAX_BYTES) return;
  while (used == count || used_bytes + bytes.size > MAX_BYTES) forget_oldest();
  used_bytes += bytes.size;
  uint32_t index = oldest + used < count ? oldest + used : oldest + used - count;
  used++;
  uint8_t *copy = sm_alloc(bytes.size);
  sm_move(copy, bytes.at, bytes.size);
  uint32_t *bucket = &buckets[hash & bucket_mask];
  ring[index] = (entry){hash, *bucket, bytes.size, timestamp, copy};
  *bucket = index + 1;
}

static bool is_known(uint64_t hash, sm_bytes bytes, int64_t now) {
  for (uint32_t index = buckets[hash & bucket_mask]; index; index = ring[index - 1].next) {
    const entry *here = &ring[index - 1];
    if (here->hash != hash || here->size != bytes.size || !sm_same(here->bytes, bytes.at, bytes.size)) continue;
    if (!age_millis || now - here->timestamp < age_millis) return true;
  }
  return false;
}

// A record without a key, or with nothing at the path, repeats nothing and passes.
static sm_verdict judge(const sm_record *record) {
  if (!ring) make_room();
  sm_bytes bytes = by == BY_KEY ? record->key : record->value;
  if (by == BY_KEY && !record->has_key) return SM_PASS;
  if (by == BY_PATH && !sm_json_find(record->value, path, &bytes)) return SM_PASS;
  uint64_t hash = hash_of(bytes);
  if (is_known(hash, bytes, record->timestamp)) return SM_DROP;
  remember(hash, bytes, record->timestamp);
  return SM_PASS;
}

SM_LOOK_BACK(record) { return judge(record); }

SM_FILTER(record) { return judge(record); }
