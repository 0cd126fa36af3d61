#pragma once
// Code lists (gml:Dictionary): from a code to its word.
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tenbo/base/diagnostics.h"
#include "tenbo/base/inside.h"

namespace tenbo::io::city {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct CodeList {
  TextMap<std::string> words;
  // The word; empty where the list does not have the code.
  std::string_view word(std::string_view code) const {
    const auto found = words.find(code);
    return found == words.end() ? std::string_view() : std::string_view(found->second);
  }
};

// gml:Dictionary in a text; must be UTF-8.
CodeList parse_code_list(std::string text);

// All lists of a data set, each read once. Thread-safe.
class CodeLists {
 public:
  // root: the data's folder, which references must not leave; empty: no lists are read.
  explicit CodeLists(std::filesystem::path root) : folder_(std::move(root)) {}
  // The list that `code_space` names, seen from a file in `dir`; null where it cannot be read (told once by report()).
  const CodeList* get(const std::filesystem::path& dir, std::string_view code_space);
  // One warning for each list that is missing, in the order of their names.
  void report(Diagnostics& diagnostics);

 private:
  Result<std::filesystem::path> find(const std::filesystem::path& dir, std::string_view code_space);

  struct Item { std::unique_ptr<CodeList> list; std::string reason, dir, written; };
  const CodeList* refer(const std::string& reference, Item& kept, const Item& asked);
  InsideFolder folder_;
  std::mutex mutex_;
  std::map<std::string, Item> items_;  // by resolved path, or by what was written where it cannot be resolved
  std::map<std::string, Item*, std::less<>> by_reference_;  // dir \n code_space
};

}  // namespace tenbo::io::city
