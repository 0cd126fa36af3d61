#include "proj_support.h"

#include <mutex>
#include <vector>

namespace tenbo::geo {
namespace {

struct Spare {
  std::mutex mutex;
  std::vector<PJ_CONTEXT*> contexts;
};
// As PROJ's database: one for the program. Never destroyed, because what is destroyed late may still give one back.
Spare& spare() {
  static Spare& all = *new Spare;
  return all;
}
constexpr std::size_t most_spare = 8;

}  // namespace

PJ_CONTEXT* take_context() {
  {
    const std::lock_guard lock(spare().mutex);
    if (auto& contexts = spare().contexts; !contexts.empty()) {
      PJ_CONTEXT* const one = contexts.back();
      contexts.pop_back();
      return one;
    }
  }
  PJ_CONTEXT* const one = proj_context_create();
  if (one) {
    proj_context_set_enable_network(one, 0);
    proj_log_level(one, PJ_LOG_NONE);
  }
  return one;
}

void give_context(PJ_CONTEXT* one) {
  {
    const std::lock_guard lock(spare().mutex);
    if (spare().contexts.size() < most_spare) {
      spare().contexts.push_back(one);
      return;
    }
  }
  proj_context_destroy(one);
}

}  // namespace tenbo::geo
