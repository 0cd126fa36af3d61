#pragma once
// What an element's name says, found out once a name. It looks at local names alone, so that namespaces declared on the
// way change nothing here.
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "xml.h"

namespace tenbo::io::city {

// How a GeometryParser takes an element.
enum class GeometryTag : std::uint8_t {
  none, pos_list, pos, coordinates, polygon, ring, orientable, solid, implicit, relative, matrix, library, envelope
};
// What a generic attribute holds.
enum class Generic : std::uint8_t { none, text, integer, real, set };

struct Element {
  std::string_view name;   // as the file writes it
  std::string_view local;  // "gml:Polygon" -> "Polygon"
  std::uint32_t index = 0;
  std::int8_t lod = -1;    // of "lod2Solid": 2; -1 where the name says no level
  GeometryTag geometry = GeometryTag::none;
  bool is_object = false;          // a type: a capital letter first; else a property
  bool begins_geometry = false;    // MultiSurface, Solid, Point, ...
  bool is_passed_over = false;     // Envelope, Null
  bool is_appearance = false;
  bool is_appearance_member = false;
  bool makes_unit = false;         // a part with geometry of its own: BuildingPart, Room, ...
  bool is_installation = false;    // stands beside the main geometry and never replaces it
  bool leads_inside = false;       // to rooms: interiorRoom, ...
  bool is_address = false;
  bool is_always_text = false;     // names and identifiers, whatever digits they are made of
  bool is_level = false;           // <dem:lod>
  bool is_measured_height = false;
  bool is_name = false, is_value = false;
  bool may_be_generic = false;     // ...Attribute, ...AttributeSet
  Generic named_generic = Generic::none;    // CityGML 2: with the name as an XML attribute
  Generic unnamed_generic = Generic::none;  // CityGML 3: with the name as an element
};

// Elements by name; it keeps the names. What is asked for must be followed by text_padding bytes. References stay good.
class ElementTable {
 public:
  ElementTable() : slots_(256, nullptr) {}
  const Element& get(std::string_view name) {
    for (std::size_t slot = hash(name);; ++slot) {
      const Element* found = slots_[slot & (slots_.size() - 1)];
      if (found == nullptr) return add(name);
      if (found->name.size() == name.size() && same_bytes(found->name.data(), name.data(), name.size())) return *found;
    }
  }

 private:
  static std::size_t hash(std::string_view name) {
    std::uint64_t a = 0, b = 0;
    if (name.size() >= 8) {
      std::memcpy(&a, name.data(), 8);
      std::memcpy(&b, name.data() + name.size() - 8, 8);
    } else {
      for (const char c : name) a = a << 8 | static_cast<unsigned char>(c);
    }
    const std::uint64_t h = (a ^ (b * 0x9E3779B97F4A7C15ULL) ^ name.size()) * 0xBF58476D1CE4E5B9ULL;
    return static_cast<std::size_t>(h >> 40);
  }
  const Element& add(std::string_view name);

  std::deque<Element> elements_;
  std::deque<std::string> names_;  // of theirs, padded
  std::vector<const Element*> slots_;  // open addressing, a power of two
};

}  // namespace tenbo::io::city
