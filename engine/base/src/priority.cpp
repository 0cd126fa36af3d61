#include "tenbo/base/priority.h"

#if defined(__linux__)
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace tenbo {

void give_way_to_frames() {
#if defined(__linux__)
  // On Linux niceness is a thread's own. 10 is a weight of 110 against the usual 1024 (kernel: sched_prio_to_weight).
  constexpr int niceness = 10;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), niceness);
#endif
}

}  // namespace tenbo
