// The guest's memory, and the output that is lent to the host. A part of smartmodule.h.

#ifndef SMARTMODULE_MEMORY_H
#define SMARTMODULE_MEMORY_H

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

#endif
