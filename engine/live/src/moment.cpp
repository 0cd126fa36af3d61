#include "tenbo/live/moment.h"

#include <chrono>

namespace tenbo::live {

Moment machine_now() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

}  // namespace tenbo::live
