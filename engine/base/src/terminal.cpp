#include "tenbo/base/terminal.h"

#include <fcntl.h>
#include <unistd.h>

namespace tenbo {

bool stderr_is_terminal() { return ::isatty(2) != 0; }

std::FILE* reserve_stdout() {
  std::fflush(stdout);
  const int own = ::fcntl(1, F_DUPFD_CLOEXEC, 3);
  if (own < 0) return stdout;
  std::FILE* stream = ::fdopen(own, "w");
  if (!stream || ::dup2(2, 1) < 0) {
    if (stream) std::fclose(stream);
    else ::close(own);
    return stdout;
  }
  return stream;
}

}  // namespace tenbo
