#pragma once
// Classes for an attribute, made from a sample of its values: equal counts for numbers, the commonest words otherwise.
#include <string>
#include <vector>

#include "tenbo/scene/scene_file.h"

namespace tenbo::shell {

// Colour ramps that stay apart for colour-blind eyes (after Crameri 2018 and Okabe & Ito 2008), dark to light or by word.
struct Ramp { const char* word; std::vector<Rgba8> stops; };
const std::vector<Ramp>& ramps();
Rgba8 ramp_colour(const Ramp& ramp, double t);  // t in 0..1

// True where at least nine in ten values are numbers.
bool are_numbers(const std::vector<std::string>& values);
std::vector<scene::StyleClass> make_classes(const std::vector<std::string>& values, int count, const Ramp& ramp);

// A filter is "attribute op value" with = != < <= > >= ; an empty one is no filter.
Status check_filter(const std::string& filter, const std::vector<std::string>& attributes);

}  // namespace tenbo::shell
