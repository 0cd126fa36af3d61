#pragma once
// Values of single cells, beside those of list_words.h.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/inspection/list_words.h"
#include "tenbo/inspection/register.h"

namespace tenbo::inspection {

std::string_view trim(std::string_view s);  // blanks, tabs, a carriage return
std::string shown(std::string_view s);      // quoted and cut for a message, never within a character
// "40303000" of the US inventory: 40° 30' 30.00".
std::optional<double> packed_degrees(std::string_view s);
std::optional<Date> nbi_date(std::string_view s);  // "0322"
// Lengths of spans, m: "30+45.5+30", "12;19;21", or Ontario's "Total=64 (1)=12;(2)=19;" without its total.
void read_spans(std::string_view text, std::vector<float>& out);
// 通行止, 規制, open ...; unknown where it says nothing of the kind.
Access read_access(std::string_view word);

}  // namespace tenbo::inspection
