// A call never returns.
#define OWN_FILTER
#include "hostile.h"

FILTER() {
  loop_for_ever();
  return 0;
}
