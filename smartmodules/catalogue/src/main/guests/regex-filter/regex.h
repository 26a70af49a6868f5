// Regular expressions in time linear in the text, whatever the expression: an automaton is run, and nothing is ever tried twice.
//
//   expression --parse--> program --run--> sets of places in the program, each kept as one state with a row of
//                                          transitions, which are computed when they are first needed
//
// An alphabet of all characters is too large for rows. So the characters are divided at every edge of every range that the
// expression names: between two edges all behave alike, and are one class. The end of the text is a class, too.
//
// Place in the program: consume SET | go on at two places | go on elsewhere | ASSERT (^ $ \b \B) | MATCH
//
// A byte that belongs to no UTF-8 character counts as U+FFFD.

#ifndef REGEX_H
#define REGEX_H

#include "regex-program.h"

enum {
  MAX_STATES = 500,          // what is beyond these is forgotten and computed anew
  MAX_TRANSITIONS = 200000,  // of all states together
  MAX_KERNELS = 200000,      // places of all states together
};

// ---- Classes of characters -----------------------------------------------------------------------------------------

static uint32_t *regex_edges;  // the first character of each class, in order
static uint32_t regex_classes;
static uint16_t regex_ascii[128];  // the class of each

static void regex_sift(uint32_t *heap, uint32_t at, uint32_t size) {
  for (uint32_t child; (child = 2 * at + 1) < size; at = child) {
    if (child + 1 < size && heap[child + 1] > heap[child]) child++;
    if (heap[at] >= heap[child]) return;
    uint32_t lower = heap[at];
    heap[at] = heap[child];
    heap[child] = lower;
  }
}

static void regex_sort(uint32_t *items, uint32_t size) {
  for (uint32_t i = size / 2; i-- > 0;) regex_sift(items, i, size);
  for (uint32_t left = size; left > 1;) {
    uint32_t greatest = items[0];
    items[0] = items[--left];
    items[left] = greatest;
    regex_sift(items, 0, left);
  }
}

static uint32_t regex_class_of(uint32_t c) {
  uint32_t low = 0;
  uint32_t high = regex_classes;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (regex_edges[middle] <= c) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

static void regex_divide(void) {
  static const uint32_t WORD_EDGES[] = {0, '0', '9' + 1, 'A', 'Z' + 1, '_', '_' + 1, 'a', 'z' + 1};
  uint32_t words = sizeof WORD_EDGES / sizeof *WORD_EDGES;
  regex_edges = sm_alloc((regex_range_count * 2 + words) * 4);
  uint32_t count = 0;
  for (uint32_t i = 0; i < words; i++) regex_edges[count++] = WORD_EDGES[i];
  for (uint32_t i = 0; i < regex_range_count; i++) {
    regex_edges[count++] = regex_ranges[i].from;
    regex_edges[count++] = regex_ranges[i].to + 1;
  }
  regex_sort(regex_edges, count);
  for (uint32_t i = 0; i < count; i++) {
    if (i == 0 || regex_edges[i] != regex_edges[regex_classes - 1]) regex_edges[regex_classes++] = regex_edges[i];
  }
  for (uint32_t c = 0; c < 128; c++) regex_ascii[c] = (uint16_t)regex_class_of(c);
}

// ---- The automaton -------------------------------------------------------------------------------------------------

// What stands in a row; from FIRST_STATE on it is a state. NOT_FOUND stands at the end of the text only.
enum { UNKNOWN = 0, FOUND = 1, NOT_FOUND = 2, FIRST_STATE = 3 };
enum { AFTER_NOTHING, AFTER_WORD, AFTER_OTHER };

typedef struct {
  uint32_t places;  // where its places begin in regex_kernels, in order
  uint16_t count;
  uint8_t after;  // what the character before was
} regex_state;

static regex_state *regex_states;
static uint32_t regex_state_count;
static uint32_t regex_max_states;
static uint32_t regex_first;  // the state before the first character, or UNKNOWN
static uint32_t regex_age;    // how often states were forgotten
static uint16_t *regex_rows;  // per state: the next state for each class, the end of the text last
static uint32_t regex_stride;
static uint16_t *regex_kernels;
static uint32_t regex_kernel_count;

static uint16_t *regex_stack;
static uint32_t *regex_seen;  // per place: the round in which it was last seen
static uint32_t regex_round;
static uint8_t *regex_next;  // per place: whether it is in the next state

static void regex_forget_states(void) {
  regex_state_count = FIRST_STATE;
  regex_kernel_count = 0;
  regex_first = UNKNOWN;
  regex_age++;
}

// The state of the places marked in regex_next, which it clears.
static uint32_t regex_state_of_next(uint8_t after) {
  if (regex_kernel_count + regex_size > MAX_KERNELS || regex_state_count == regex_max_states) regex_forget_states();
  uint16_t *places = regex_kernels + regex_kernel_count;
  uint32_t count = 0;
  for (uint32_t i = 0; i < regex_size; i++) {
    if (regex_next[i]) places[count++] = (uint16_t)i;
    regex_next[i] = 0;
  }
  for (uint32_t i = FIRST_STATE; i < regex_state_count; i++) {
    const regex_state *state = &regex_states[i];
    if (state->count != count || state->after != after) continue;
    if (sm_same((const uint8_t *)(regex_kernels + state->places), (const uint8_t *)places, count * 2)) return i;
  }
  uint32_t made = regex_state_count++;
  regex_states[made] = (regex_state){regex_kernel_count, (uint16_t)count, after};
  regex_kernel_count += count;
  uint16_t *row = regex_rows + made * regex_stride;
  for (uint32_t i = 0; i < regex_stride; i++) row[i] = UNKNOWN;
  return made;
}

static uint32_t regex_first_state(void) {
  if (regex_first == UNKNOWN) {
    regex_next[0] = 1;
    regex_first = regex_state_of_next(AFTER_NOTHING);
  }
  return regex_first;
}

static bool regex_is_word(uint32_t c) { return c - '0' < 10 || (c | 0x20) - 'a' < 26 || c == '_'; }

static bool regex_set_has(const regex_place *set, uint32_t c) {
  uint32_t low = (uint32_t)set->x;
  uint32_t high = low + (uint32_t)set->y;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (c > regex_ranges[middle].to) {
      low = middle + 1;
    } else if (c < regex_ranges[middle].from) {
      high = middle;
    } else {
      return true;
    }
  }
  return false;
}

static void regex_push(uint32_t *depth, uint32_t place) {
  if (regex_seen[place] == regex_round) return;
  regex_seen[place] = regex_round;
  regex_stack[(*depth)++] = (uint16_t)place;
}

// Where a state goes on a class: all places that can be reached without a character, then those behind the sets that hold it.
// Assertions look at the character before, which the state knows, and at the one that comes, which is this class.
static uint32_t regex_step(uint32_t from, uint32_t class) {
  bool end = class == regex_classes;
  uint32_t c = end ? 0 : regex_edges[class];
  bool word = !end && regex_is_word(c);
  const regex_state state = regex_states[from];
  bool edge = word != (state.after == AFTER_WORD);
  uint32_t depth = 0;
  regex_round++;
  for (uint32_t i = 0; i < state.count; i++) regex_push(&depth, regex_kernels[state.places + i]);
  bool found = false;
  while (depth && !found) {
    uint32_t at = regex_stack[--depth];
    const regex_place *place = &regex_program[at];
    switch (place->op) {
      case SET:
        if (!end && regex_set_has(place, c)) regex_next[at + 1] = 1;
        break;
      case SPLIT:
        regex_push(&depth, at + (uint32_t)place->x);
        regex_push(&depth, at + (uint32_t)place->y);
        break;
      case JUMP:
        regex_push(&depth, at + (uint32_t)place->x);
        break;
      case AT_START:
        if (state.after == AFTER_NOTHING) regex_push(&depth, at + 1);
        break;
      case AT_END:
        if (end) regex_push(&depth, at + 1);
        break;
      case AT_WORD_EDGE:
        if (edge) regex_push(&depth, at + 1);
        break;
      case NOT_AT_WORD_EDGE:
        if (!edge) regex_push(&depth, at + 1);
        break;
      case MATCH:
        found = true;
        break;
    }
  }
  uint16_t *cell = &regex_rows[from * regex_stride + class];
  if (found || end) {
    for (uint32_t i = 0; i < regex_size; i++) regex_next[i] = 0;
    return *cell = found ? FOUND : NOT_FOUND;
  }
  regex_next[0] = 1;  // a match may begin anywhere
  uint32_t age = regex_age;
  uint32_t next = regex_state_of_next(word ? AFTER_WORD : AFTER_OTHER);
  if (age == regex_age) *cell = (uint16_t)next;  // else this row is already another's
  return next;
}

// ---- What the filter uses ------------------------------------------------------------------------------------------

static sm_verdict regex_compile(sm_bytes expression) {
  regex_start = regex_at = expression.at;
  regex_end = expression.at + expression.size;
  regex_program = sm_alloc(MAX_PROGRAM * sizeof *regex_program);
  regex_ranges = sm_alloc(MAX_RANGES * sizeof *regex_ranges);
  regex_parse_alternatives(0);
  if (!regex_bad && regex_at < regex_end) regex_refuse(regex_at, "this ) has no (");
  regex_emit(MATCH, 0, 0);
  if (regex_bad) return sm_fail(". Allowed: literals . [] [^] \\d \\w \\s \\b ( | ) * + ? {m,n} ^ $, and \\ before a sign");

  regex_divide();
  regex_stride = regex_classes + 1;
  regex_max_states = MAX_TRANSITIONS / regex_stride;
  if (regex_max_states > MAX_STATES) regex_max_states = MAX_STATES;
  regex_states = sm_alloc(regex_max_states * sizeof *regex_states);
  regex_rows = sm_alloc(regex_max_states * regex_stride * 2);
  regex_kernels = sm_alloc(MAX_KERNELS * 2);
  regex_stack = sm_alloc(regex_size * 2);
  regex_seen = sm_alloc(regex_size * 4);
  regex_next = sm_alloc(regex_size);
  __builtin_memset(regex_seen, 0, regex_size * 4);
  __builtin_memset(regex_next, 0, regex_size);
  regex_forget_states();
  return SM_PASS;
}

static bool regex_matches(sm_bytes text) {
  const uint8_t *end = text.at + text.size;
  uint32_t state = regex_first_state();
  for (const uint8_t *at = text.at; at < end;) {
    uint32_t class;
    if (*at < 0x80) {
      class = regex_ascii[*at++];
    } else {
      int32_t c = sm_read_utf8(&at, end);
      class = regex_class_of(c < 0 ? 0xfffd : (uint32_t)c);
    }
    uint32_t next = regex_rows[state * regex_stride + class];
    if (next == UNKNOWN) next = regex_step(state, class);
    if (next == FOUND) return true;
    state = next;
  }
  uint32_t last = regex_rows[state * regex_stride + regex_classes];
  return (last == UNKNOWN ? regex_step(state, regex_classes) : last) == FOUND;
}

#endif
