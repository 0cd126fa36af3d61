// What is said of a publication as a whole: time, who says so, headline, what is only a drill, what was cancelled or corrected.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "publication.h"

namespace hazard {

// `reports` oldest first; the headline is of the weightiest, of equals the newest, and of what is real where anything is, as the time is. `changes`: what a correction changed, in words.
void add_heads(Publication& to, const std::vector<const Report*>& reports, const std::function<int(const Report&)>& weight,
               const std::function<std::vector<std::string>(const Report&)>& changes);
// "【訓練】" and "【試験】" before what is not real.
std::string drill_mark(const Report& report);

}  // namespace hazard
