#pragma once
// The attributes of one city object: names, types, words for codes, out of the elements that have no children.
#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "file_context.h"
#include "paths.h"

namespace tenbo::io::city {

// An element below a city object that is open.
struct ElementFrame {
  const Element* element = nullptr;
  AttributePaths::Id path = AttributePaths::root;  // of the elements around it, as attribute names have them
  std::int8_t lod = -1;
  std::uint16_t unit = 0;
  bool has_child = false, interior = false, is_part = false;
  std::uint32_t part = no_element;  // of the parser's list: the part of a bridge or tunnel that this is (is_part), or stands in
  Generic generic = Generic::none;
  std::string_view generic_name, code_space, uom, href;
};

// Texts as people read them: trimmed, entities decoded, UTF-8 for certain. What had to be changed is kept here.
class TextCleaner {
 public:
  std::string_view clean(std::string_view raw, bool literal, Notes& notes, bool trimmed = true);
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  void clear() { kept_.clear(); }

 private:
  std::deque<std::string> kept_;
};

class AttributeReader {
 public:
  AttributeReader(const FileContext& file, const Namespaces& names, TextCleaner& texts) : file_(file), paths_(names), texts_(texts) {}

  void begin_table() { paths_.begin_table(); }  // the objects that follow go into another table
  void begin_object();
  // The path of what stands below `frame`: types always, a property only where it holds properties itself.
  AttributePaths::Id path_below(const ElementFrame& frame, bool is_feature, const Element& child);
  // An element without children, in `parent`. `text` must last until write().
  void leaf(const ElementFrame& frame, ElementFrame& parent, std::string_view text, Notes& notes);
  // What a leaf's code stands for; the text itself where it is none.
  std::string_view word_of(const ElementFrame& frame, std::string_view text);
  void end_address();  // what was met of it since becomes one attribute
  void write(std::uint32_t feature, geo::FeatureTable& table);

 private:
  struct Value {
    AttributePaths::Id path;
    geo::AttributeType type;
    std::string_view text;
    std::int64_t integer = 0;
    double real = 0;
  };
  void add(AttributePaths::Id path, std::string_view text, const ElementFrame& frame, std::string_view prefix, Generic generic, Notes& notes);
  void add_text(AttributePaths::Id path, std::string_view text) { values_.push_back({path, geo::AttributeType::text, text}); }
  const CodeList* code_list(const ElementFrame& frame);  // frame.code_space: not empty

  const FileContext& file_;
  AttributePaths paths_;
  TextCleaner& texts_;
  std::vector<Value> values_;
  std::string address_;
  TextMap<const CodeList*> code_lists_;
  struct LastList { std::string_view space; const CodeList* list = nullptr; };
  std::array<LastList, 64> last_lists_;  // by element: most have one list each
};

}  // namespace tenbo::io::city
