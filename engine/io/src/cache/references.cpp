#include "cache/references.h"

#include <array>
#include <cstring>

namespace tenbo::io::cache {
namespace {

// Code spaces come again and again: those seen last are known without hashing them.
class Recent {
 public:
  bool knows(std::string_view text) {
    for (const auto& t : texts_) if (t == text) return true;
    texts_[next_++ % texts_.size()] = text;
    return false;
  }

 private:
  std::array<std::string_view, 8> texts_;
  std::size_t next_ = 0;
};

void take(std::string_view value, Recent& recent, std::unordered_set<std::string>& out) {
  while (!value.empty() && static_cast<unsigned char>(value.front()) <= ' ') value.remove_prefix(1);
  while (!value.empty() && static_cast<unsigned char>(value.back()) <= ' ') value.remove_suffix(1);
  if (value.empty() || value.size() > longest_reference || recent.knows(value)) return;
  std::string plain(value);
  for (std::size_t at = 0; (at = plain.find("&amp;", at)) != std::string::npos; ++at) plain.erase(at + 1, 4);
  out.insert(std::move(plain));
}

template <class F>
void each(std::string_view text, std::size_t end, std::string_view word, F&& found) {
  const char* at = text.data();
  const char* const stop = text.data() + std::min(text.size(), end + word.size() - 1);
  while (at < stop) {
    at = static_cast<const char*>(::memmem(at, static_cast<std::size_t>(stop - at), word.data(), word.size()));
    if (at == nullptr) return;
    at += word.size();
    found(text.substr(static_cast<std::size_t>(at - text.data())));
  }
}

}  // namespace

void find_references(std::string_view text, std::size_t end, std::unordered_set<std::string>& out, bool& georeferenced) {
  Recent recent;
  each(text, end, "codeSpace=", [&](std::string_view rest) {
    if (rest.size() < 2 || (rest[0] != '"' && rest[0] != '\'')) return;
    const auto close = rest.find(rest[0], 1);
    if (close != std::string_view::npos && close <= longest_reference) take(rest.substr(1, close - 1), recent, out);
  });
  each(text, end, "imageURI>", [&](std::string_view rest) {
    const auto close = rest.substr(0, longest_reference).find('<');
    if (close != std::string_view::npos) take(rest.substr(0, close), recent, out);
  });
  each(text, end, "GeoreferencedTexture", [&](std::string_view) { georeferenced = true; });
}

}  // namespace tenbo::io::cache
