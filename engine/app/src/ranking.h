#pragma once
// What `tenbo priority` and `tenbo sheet` share: from the options to a ranking.
#include "json_out.h"
#include "options.h"
#include "tenbo/runtime/priority.h"

namespace tenbo::app {

// The scene's own list, with what the options say in its place. Exit_usage errors have their option as place.
Result<scene::PrioritySpec> spec_of(const Options& options, const scene::SceneFile& scene);
inspection::PriorityWeights weights_of(const scene::PrioritySpec& spec);
// At --time, else the time that is shown.
runtime::PriorityQuestion question_of(const Options& options, const scene::PrioritySpec& spec, const runtime::Engine& engine);
// What is to be known of its grades: how many structures were inspected after the time that is asked about.
std::vector<std::string> doubts_of(const runtime::PriorityReport& report);
Json json_of(const runtime::PriorityReport& report, bool japanese);

}  // namespace tenbo::app
