// Alerts of the Common Alerting Protocol: which stand, and how they become shapes.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "publication.h"

namespace hazard {

// What an alert replaces earlier messages of: itself. Of a cancellation without rows, what it refers to.
std::string cap_key(const Report& report);
// Those that no update and no cancellation refers to, cancellations aside. An exercise ends no real alert, nor the other way.
std::vector<const Report*> caps_in_force(const std::vector<const Report*>& reports);
// Which language of an alert in several is shown: the first of `wanted` ("ja", "en") that it has, else its first.
std::string cap_language(const Report& report, const std::vector<std::string>& wanted);

struct CapClasses {
  std::uint32_t extreme, severe, moderate, minor, ended, unknown;
  std::uint32_t of(std::string_view severity, std::string_view response) const;
};
CapClasses add_cap_classes(Publication& to);
// A row an area. Notes say what was cancelled and updated.
void add_caps(Publication& to, const std::vector<const Report*>& reports, const CapClasses& classes, const std::function<bool(const Row&)>& ours);

}  // namespace hazard
