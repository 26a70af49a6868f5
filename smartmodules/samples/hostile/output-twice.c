// Hands over two outputs in one call. Each is sound.
#define OWN_FILTER
#include "hostile.h"

FILTER() {
  copy_records(EMPTY, sizeof EMPTY);
  return answer(EMPTY, sizeof EMPTY, 0);
}
