// Wants to open files.
#define OWN_FILTER
#include "hostile.h"

__attribute__((import_module("env"), import_name("fopen"))) int32_t open_file(const char *path, const char *mode);

FILTER() { return answer(EMPTY, sizeof EMPTY, open_file("/etc/passwd", "r") & 0); }
