#pragma once
// One short prefix for each namespace, whatever the file calls it, so that an attribute has one name in every file.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenbo/io/city.h"
#include "xml.h"

namespace tenbo::io::city {

// "http://www.opengis.net/citygml/building/2.0" -> "bldg"; empty where the namespace is not one we know.
std::string_view known_prefix(std::string_view uri);
bool is_citygml(std::string_view uri);  // any module, any version

class Namespaces {
 public:
  // Takes the xmlns attributes of a tag; later ones win.
  void declare(const XmlTag& tag);
  // What is declared from here on goes with release().
  void hold() { floor_ = list_.size(); }
  void release() {
    if (list_.size() == floor_) return;
    list_.resize(floor_);
    ++version_;
  }
  // Grows whenever a prefix may have come to stand for something else.
  std::uint32_t version() const { return version_; }
  // The prefix to show for one that stands in the file ("" = the default namespace).
  std::string_view canonical(std::string_view prefix) const;
  // "core:cityObjectMember" by our prefixes.
  std::string canonical_name(std::string_view name) const;
  bool any_citygml() const;

 private:
  struct Item { std::string prefix, shown; bool citygml; };
  std::vector<Item> list_;
  std::size_t floor_ = 0;
  std::uint32_t version_ = 0;
};

CityTheme theme_of(std::string_view canonical_prefix, std::string_view local);

}  // namespace tenbo::io::city
