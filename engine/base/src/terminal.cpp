#include "tenbo/base/terminal.h"

#include <unistd.h>

namespace tenbo {

bool stderr_is_terminal() { return ::isatty(2) != 0; }

}  // namespace tenbo
