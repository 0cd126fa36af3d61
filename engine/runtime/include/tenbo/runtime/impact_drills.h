#pragma once
// How much of an impact is of an exercise or a test. Of a layer that holds what is real too (Actuality::part_exercise, part_test) their classes
// stand apart, below all that are real: an asset has one only where nothing real touches it and nobody doubts that; of all times, only where it
// is so at each. Lists of what is hit first, and who to close first, have them last; priorities do not count them.
#include <cstddef>
#include <optional>

#include "tenbo/runtime/impact.h"

namespace tenbo::runtime {

// Of a layer that holds both: how many of its classes, the first ones, are of an exercise or a test. Of any other 0.
std::size_t drill_classes(const ImpactReport& report);
// Of what is touched, how much by an exercise or a test alone: at a step, or where that is absent over all of them. Of a layer that is one, all.
double touched_in_drill(const ImpactReport& report, std::optional<std::size_t> step);
// Whether it is meant that an asset has this class; of words that are no class as the layer is.
Actuality class_actuality(const ImpactReport& report, impact::Class c);

}  // namespace tenbo::runtime
