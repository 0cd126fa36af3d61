#pragma once
// The names of attributes: a tree of the elements that lead to them, each path spelt once and numbered, so that the
// attributes of a million buildings make no strings.
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "code_lists.h"
#include "elements.h"
#include "names.h"
#include "tenbo/geo/features.h"

namespace tenbo::io::city {

class AttributePaths {
 public:
  using Id = std::uint32_t;
  static constexpr Id root = 0;
  enum class Suffix : std::uint8_t { code, uom };

  explicit AttributePaths(const Namespaces& names) : names_(names), slots_(512) { start_over(); }

  // Before an object: paths spelt with namespaces that are no longer in force are forgotten.
  void begin_object() {
    if (version_ != names_.version() || nodes_.size() > 100'000) start_over();
  }
  // "bldg:measuredHeight" below the root, ".../measuredHeight" below anything else.
  Id child(Id parent, const Element& element) {
    if (version_ != names_.version()) forget_elements();
    const std::uint64_t key = std::uint64_t{parent} << 32 | element.index;
    for (std::size_t slot = hash(key);; ++slot) {
      const Slot& s = slots_[slot & (slots_.size() - 1)];
      if (s.node == root) return add(parent, element, key);
      if (s.key == key) return s.node;
    }
  }
  Id child(Id parent, std::string_view text);   // a name that stands in the data: a generic attribute's
  Id suffixed(Id path, Suffix suffix);          // NAME_code, NAME_uom
  Id address(Id leaf, std::string_view local);  // "xAL:LocalityName", wherever it stands
  std::string_view text(Id path) const { return nodes_[path].text; }
  std::string_view prefix(Id path) const { return nodes_[path].prefix; }  // of the last element, canonical

  // The path as a name of the table. Tables come one after another: begin_table() before each.
  void begin_table() { ++table_; }
  geo::FeatureTable::Name name(Id path, geo::FeatureTable& table) {
    Node& node = nodes_[path];
    if (node.table != table_) {
      node.name = table.name(node.text);
      node.table = table_;
    }
    return node.name;
  }

 private:
  struct Node {
    std::string text, prefix;
    Id code = root, uom = root, address = root;
    std::uint32_t table = 0;
    geo::FeatureTable::Name name{};
  };
  struct Slot { std::uint64_t key = 0; Id node = root; };
  static std::size_t hash(std::uint64_t key) { return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 36); }
  Id add(Id parent, const Element& element, std::uint64_t key);
  Id add_node(std::string text);
  void put(std::uint64_t key, Id node);
  void forget_elements();
  void start_over();

  const Namespaces& names_;
  std::uint32_t version_ = 0, table_ = 0;
  std::deque<Node> nodes_;  // [0]: the root
  std::vector<Slot> slots_;  // open addressing, a power of two; children by element
  std::size_t used_ = 0;
  TextMap<Id> texts_;        // children by text: parent \n text
  std::string key_;
};

}  // namespace tenbo::io::city
