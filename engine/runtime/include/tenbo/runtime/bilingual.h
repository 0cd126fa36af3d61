#pragma once
// Texts of plugins that say the same twice, "日本語 / English": their interface has one text for a label, a note, a warning.
#include <string>

namespace tenbo::runtime {

// The half in the language of the glass. A name that a message gives in Japanese alone stands in both halves, so the halves are found by
// the " / " in the middle of an odd number of them; they are two languages where the left one has letters other than ASCII and the right
// one a word of three or more small ASCII letters that the left one lacks. Anything else is shown whole: "A港 / B港".
std::string in_language(const std::string& text, bool japanese);

}  // namespace tenbo::runtime
