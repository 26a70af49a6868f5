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

#include "smartmodule-memory.h"
#include "smartmodule-decode.h"
#include "smartmodule-encode.h"
#include "smartmodule-run.h"

#endif
