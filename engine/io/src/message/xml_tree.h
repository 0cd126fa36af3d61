#pragma once
// A message's XML as a tree, within limits: 32 MiB, 500,000 elements and attributes, 64 levels. A document type is refused, and with it every
// entity but the five of XML. Names are local: a prefix may be any.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenbo/base/diagnostics.h"
#include "tenbo/geo/instant.h"

namespace tenbo::io::message {

struct Element {
  std::string name;  // without its prefix
  std::string text;  // its own, without the blanks around it
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<Element> children;
  std::uint64_t line = 0;

  const Element* find(std::string_view path) const;  // "Area/Name"; the first of each name
  std::vector<const Element*> all(std::string_view child) const;
  std::string text_of(std::string_view path) const;  // empty where it is not there
  std::string attribute(std::string_view wanted) const;
};

Result<Element> read_tree(std::string_view xml, const std::string& label);

// An instant that a message gives, where it does; one that is none is left out with a warning.
std::optional<geo::Instant> time_of(const Element* at, const std::string& label, Diagnostics& diagnostics);
// A number that takes the whole text.
std::optional<double> number_of(std::string_view text);

}  // namespace tenbo::io::message
