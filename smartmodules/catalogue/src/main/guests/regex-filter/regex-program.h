// Reads a regular expression into a program: places to go through, one after the other or in turn. A part of regex.h.

#ifndef REGEX_PROGRAM_H
#define REGEX_PROGRAM_H

#include "smartmodule.h"

enum {
  MAX_PROGRAM = 10000,  // places; a{1000} has 1,000. Bounds the memory, and the time per character
  MAX_RANGES = 20000,
  MAX_GROUPS_DEEP = 50,  // bounds the parser's stack
  MAX_REPEAT = 1000,
};

typedef enum { SET, SPLIT, JUMP, AT_START, AT_END, AT_WORD_EDGE, NOT_AT_WORD_EDGE, MATCH } regex_op;

// Where to go on is relative, so that a piece of program can be copied and moved.
typedef struct {
  regex_op op;
  int32_t x;  // SET: the first of its ranges
  int32_t y;  // SET: how many
} regex_place;

typedef struct {
  uint32_t from;
  uint32_t to;  // inclusive
} regex_range;

static regex_place *regex_program;
static uint32_t regex_size;
static regex_range *regex_ranges;
static uint32_t regex_range_count;

static const uint8_t *regex_start;
static const uint8_t *regex_at;
static const uint8_t *regex_end;
static bool regex_bad;

// Says what is wrong at a place of the expression. Only the first trouble counts.
static void regex_refuse(const uint8_t *at, const char *why) {
  if (regex_bad) return;
  regex_bad = true;
  int64_t position = 1;
  for (const uint8_t *here = regex_start; here < at;) sm_read_utf8(&here, regex_end), position++;
  sm_say("'regex' is wrong at character ");
  sm_say_integer(position);
  sm_say(": ");
  sm_say(why);
}

static bool regex_next_is(char c) { return regex_at < regex_end && *regex_at == (uint8_t)c; }

static bool regex_take(char c) {
  bool taken = regex_next_is(c);
  if (taken) regex_at++;
  return taken;
}

static void regex_emit(regex_op op, int32_t x, int32_t y) {
  if (regex_size == MAX_PROGRAM) {
    regex_refuse(regex_at, "the expression is too large; all its repetitions together may have 10000 steps");
    return;
  }
  regex_program[regex_size++] = (regex_place){op, x, y};
}

// Makes room for one place before a piece that has been emitted.
static void regex_insert(uint32_t where, regex_op op, int32_t x, int32_t y) {
  regex_emit(op, x, y);
  if (regex_bad) return;
  for (uint32_t i = regex_size - 1; i > where; i--) regex_program[i] = regex_program[i - 1];
  regex_program[where] = (regex_place){op, x, y};
}

static void regex_add_range(uint32_t from, uint32_t to) {
  if (regex_range_count >= MAX_RANGES - 1) {
    regex_refuse(regex_at, "the expression is too large; it may have 20000 characters and ranges");
    return;
  }
  regex_ranges[regex_range_count++] = (regex_range){from, to};
}

enum { LAST_CHARACTER = 0x10ffff };

// Puts the ranges from `first` on in order, joins them, and turns them into all that they leave out where `negated`.
static void regex_settle(uint32_t first, bool negated) {
  for (uint32_t i = first + 1; i < regex_range_count; i++) {
    regex_range here = regex_ranges[i];
    uint32_t j = i;
    for (; j > first && regex_ranges[j - 1].from > here.from; j--) regex_ranges[j] = regex_ranges[j - 1];
    regex_ranges[j] = here;
  }
  uint32_t count = first;
  for (uint32_t i = first; i < regex_range_count; i++) {
    regex_range here = regex_ranges[i];
    if (count > first && here.from <= regex_ranges[count - 1].to + 1) {
      if (here.to > regex_ranges[count - 1].to) regex_ranges[count - 1].to = here.to;
    } else {
      regex_ranges[count++] = here;
    }
  }
  regex_range_count = count;
  if (!negated) return;
  uint32_t from = 0;
  uint32_t left = first;
  for (uint32_t i = first; i < count; i++) {
    regex_range here = regex_ranges[i];
    if (here.from > from) regex_ranges[left++] = (regex_range){from, here.from - 1};
    from = here.to + 1;
  }
  // The gaps are at most one more than the ranges, and regex_add_range leaves room for that one.
  if (from <= LAST_CHARACTER) regex_ranges[left++] = (regex_range){from, LAST_CHARACTER};
  regex_range_count = left;
}

static void regex_emit_set(uint32_t first) { regex_emit(SET, (int32_t)first, (int32_t)(regex_range_count - first)); }

// Adds the ranges of \d \w \s, or all others for \D \W \S. False for any other letter.
static bool regex_add_kind(uint8_t letter) {
  uint32_t first = regex_range_count;
  uint8_t lower = letter | 0x20;
  if (lower == 'd') {
    regex_add_range('0', '9');
  } else if (lower == 'w') {
    regex_add_range('0', '9');
    regex_add_range('A', 'Z');
    regex_add_range('_', '_');
    regex_add_range('a', 'z');
  } else if (lower == 's') {
    regex_add_range('\t', '\r');
    regex_add_range(' ', ' ');
  } else {
    return false;
  }
  regex_settle(first, letter != lower);
  return true;
}

static int32_t regex_hex(uint32_t digits) {
  int32_t value = 0;
  for (uint32_t i = 0; i < digits; i++, regex_at++) {
    uint32_t c = regex_at < regex_end ? *regex_at : 0;
    uint32_t digit = c - '0' < 10 ? c - '0' : (c | 0x20) - 'a' < 6 ? (c | 0x20) - 'a' + 10 : 16;
    if (digit == 16) {
      regex_refuse(regex_at, "a hexadecimal digit is missing; \\x takes two and \\u four");
      return 0;
    }
    value = value * 16 + (int32_t)digit;
  }
  return value;
}

// The character that stands behind a backslash, for those that mean one character.
static uint32_t regex_escaped(const uint8_t *backslash) {
  uint8_t c = *regex_at++;
  switch (c) {
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case 'f': return '\f';
    case 'v': return '\v';
    case 'x': return (uint32_t)regex_hex(2);
    case 'u': return (uint32_t)regex_hex(4);
    default: break;
  }
  bool letter = (uint32_t)(c | 0x20) - 'a' < 26 || (uint32_t)c - '0' < 10 || c >= 0x80;
  if (letter) regex_refuse(backslash, "no such escape; there are \\d \\w \\s \\D \\W \\S \\b \\B \\t \\n \\r \\f \\v \\xHH \\uHHHH");
  return c;
}

static bool regex_at_end_of_escape(void) {
  if (regex_at < regex_end) return false;
  regex_refuse(regex_end, "the backslash escapes nothing");
  return true;
}

// One character of a class. -1 where it was a kind such as \d, whose ranges have then been added.
static int32_t regex_class_character(void) {
  const uint8_t *start = regex_at;
  if (!regex_take('\\')) {
    int32_t c = sm_read_utf8(&regex_at, regex_end);
    if (c < 0) regex_refuse(start, "this is no UTF-8");
    return c < 0 ? 0 : c;
  }
  if (regex_at_end_of_escape()) return 0;
  if (regex_add_kind(*regex_at)) {
    regex_at++;
    return -1;
  }
  if (regex_take('b')) return '\b';
  return (int32_t)regex_escaped(start);
}

static void regex_parse_class(const uint8_t *open) {
  uint32_t first = regex_range_count;
  bool negated = regex_take('^');
  for (bool empty = true; !regex_bad; empty = false) {
    if (regex_at == regex_end) {
      regex_refuse(open, "this [ has no ]");
      return;
    }
    if (!empty && regex_take(']')) break;
    const uint8_t *start = regex_at;
    int32_t from = regex_class_character();
    bool range = regex_next_is('-') && regex_end - regex_at > 1 && regex_at[1] != ']';
    if (from < 0) continue;
    int32_t to = from;
    if (range) {
      regex_at++;
      to = regex_class_character();
      if (to < from) regex_refuse(start, "this range ends before it begins");
    }
    regex_add_range((uint32_t)from, (uint32_t)to);
  }
  regex_settle(first, negated);
  regex_emit_set(first);
}

static void regex_parse_alternatives(uint32_t depth);

static void regex_parse_escape(const uint8_t *backslash) {
  if (regex_at_end_of_escape()) return;
  uint32_t first = regex_range_count;
  if (regex_take('b')) {
    regex_emit(AT_WORD_EDGE, 0, 0);
  } else if (regex_take('B')) {
    regex_emit(NOT_AT_WORD_EDGE, 0, 0);
  } else {
    if (regex_add_kind(*regex_at)) {
      regex_at++;
    } else {
      uint32_t c = regex_escaped(backslash);
      regex_add_range(c, c);
    }
    regex_emit_set(first);
  }
}

static void regex_parse_atom(uint32_t depth) {
  const uint8_t *start = regex_at;
  uint32_t first = regex_range_count;
  if (regex_take('(')) {
    if (regex_take('?') && !regex_take(':')) regex_refuse(start, "of (? there is only (?: ...)");
    if (depth == MAX_GROUPS_DEEP) regex_refuse(start, "groups lie more than 50 deep");
    if (!regex_bad) regex_parse_alternatives(depth + 1);
    if (!regex_bad && !regex_take(')')) regex_refuse(start, "this ( has no )");
  } else if (regex_take('[')) {
    regex_parse_class(start);
  } else if (regex_take('\\')) {
    regex_parse_escape(start);
  } else if (regex_take('.')) {
    regex_add_range('\n', '\n');
    regex_settle(first, true);
    regex_emit_set(first);
  } else if (regex_take('^')) {
    regex_emit(AT_START, 0, 0);
  } else if (regex_take('$')) {
    regex_emit(AT_END, 0, 0);
  } else if (regex_next_is('*') || regex_next_is('+') || regex_next_is('?')) {
    regex_refuse(start, "there is nothing to repeat; write \\* \\+ \\? for the character itself");
  } else {
    int32_t c = sm_read_utf8(&regex_at, regex_end);
    if (c < 0) regex_refuse(start, "this is no UTF-8");
    regex_add_range((uint32_t)c, (uint32_t)c);
    regex_emit_set(first);
  }
}

static int32_t regex_parse_number(void) {
  if (regex_at == regex_end || *regex_at < '0' || *regex_at > '9') return -1;
  int32_t number = 0;
  for (; regex_at < regex_end && *regex_at >= '0' && *regex_at <= '9'; regex_at++) {
    if (number <= MAX_REPEAT) number = number * 10 + (*regex_at - '0');
  }
  return number;
}

// Reads {m}, {m,} or {m,n}; `most` is -1 for no bound. What is none of them is the character { itself.
static bool regex_parse_counts(int32_t *least, int32_t *most) {
  const uint8_t *start = regex_at;
  regex_at++;
  *least = regex_parse_number();
  *most = *least;
  if (*least >= 0 && regex_take(',')) *most = regex_parse_number();
  if (*least < 0 || !regex_take('}')) {
    regex_at = start;
    return false;
  }
  if (*least > MAX_REPEAT || *most > MAX_REPEAT) regex_refuse(start, "a repetition goes to 1000 at most");
  if (*most >= 0 && *most < *least) regex_refuse(start, "the repetition ends before it begins");
  return true;
}

static void regex_copy(const regex_place *piece, uint32_t size) {
  for (uint32_t i = 0; i < size && !regex_bad; i++) regex_emit(piece[i].op, piece[i].x, piece[i].y);
}

// The piece from `start` on becomes itself `least` to `most` times.
static void regex_repeat(uint32_t start, int32_t least, int32_t most) {
  int32_t size = (int32_t)(regex_size - start);
  if (size == 0) return;
  regex_place *piece = sm_alloc((uint32_t)size * (uint32_t)sizeof *piece);
  for (int32_t i = 0; i < size; i++) piece[i] = regex_program[start + (uint32_t)i];
  regex_size = start;
  for (int32_t i = 0; i < least && !regex_bad; i++) regex_copy(piece, (uint32_t)size);
  if (most < 0 && least > 0) {  // split back to the last of them
    regex_emit(SPLIT, -size, 1);
  } else if (most < 0) {  // split to behind the jump; the piece; jump to the split
    regex_emit(SPLIT, 1, size + 2);
    regex_copy(piece, (uint32_t)size);
    regex_emit(JUMP, -size - 1, 0);
  }
  for (int32_t left = most - least; left > 0 && !regex_bad; left--) {  // each may be the last: to behind all of them
    regex_emit(SPLIT, 1, left * (size + 1));
    regex_copy(piece, (uint32_t)size);
  }
  sm_free(piece);
}

static void regex_parse_piece(uint32_t depth) {
  uint32_t start = regex_size;
  regex_parse_atom(depth);
  while (!regex_bad && regex_at < regex_end) {
    const uint8_t *here = regex_at;
    int32_t least = 0;
    int32_t most = -1;
    if (regex_take('+')) {
      least = 1;
    } else if (regex_take('?')) {
      most = 1;
    } else if (regex_next_is('{')) {
      if (!regex_parse_counts(&least, &most)) return;
    } else if (!regex_take('*')) {
      return;
    }
    regex_take('?');  // lazy or not: what matches is the same
    if (regex_next_is('*') || regex_next_is('+')) regex_refuse(here, "a repetition of a repetition; put the first into ( )");
    regex_repeat(start, least, most);
  }
}

static void regex_parse_alternatives(uint32_t depth) {
  uint32_t last_jump = 0;  // each jump to the end keeps the one before it, plus one, until the end is known
  for (;;) {
    uint32_t start = regex_size;
    while (!regex_bad && regex_at < regex_end && *regex_at != '|' && *regex_at != ')') regex_parse_piece(depth);
    if (regex_bad || !regex_take('|')) break;
    regex_insert(start, SPLIT, 1, (int32_t)(regex_size - start) + 2);
    regex_emit(JUMP, (int32_t)last_jump, 0);
    last_jump = regex_size;
  }
  while (last_jump && !regex_bad) {
    regex_place *jump = &regex_program[last_jump - 1];
    uint32_t before = (uint32_t)jump->x;
    jump->x = (int32_t)(regex_size - (last_jump - 1));
    last_jump = before;
  }
}

#endif
