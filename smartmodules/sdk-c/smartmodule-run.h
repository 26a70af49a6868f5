// One call of the host, for each kind: decode, run the body on each record, lend the output, free the input. A part of
// smartmodule.h.

#ifndef SMARTMODULE_RUN_H
#define SMARTMODULE_RUN_H

// The survivors move together inside the input's own buffer, run by run, and that buffer is lent as the output: where all
// pass, nothing is copied at all.
SM_INLINE int32_t sm_run_filter(uint8_t *at, uint32_t size, int32_t version, sm_verdict (*body)(const sm_record *)) {
  sm_take_back();
  sm_input input;
  int32_t bad = sm_read_input(at, size, version, false, &input);
  if (!bad && input.count == 0 && !sm_read_all(&input)) bad = SM_BAD_RECORDS;
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
  int32_t status = sm_read_all(&input) ? 0 : SM_LOOK_BACK_BAD_RECORDS;
  sm_free(at);
  return status;
}

#endif
