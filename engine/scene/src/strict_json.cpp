#include "strict_json.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace tenbo::scene {
namespace {

constexpr std::size_t deepest = 32;          // levels of nesting
constexpr std::size_t most_values = 2'000'000;
constexpr std::size_t most_keys = 4096;      // of one object: they are looked up one by one

// Builds the document; stops at the first thing wrong.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Json root;
  std::optional<Error> error;

  bool null() override { return put(nullptr); }
  bool boolean(bool v) override { return put(v); }
  bool number_integer(number_integer_t v) override { return put(v); }
  bool number_unsigned(number_unsigned_t v) override { return put(v); }
  bool number_float(number_float_t v, const string_t&) override { return put(v); }
  bool string(string_t& v) override {
    if (v.find('\0') != std::string::npos) return fail("a text with a null character", "");
    return put(std::move(v));
  }
  bool binary(binary_t&) override { return fail("binary data, which JSON has not", ""); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }
  bool key(string_t& k) override {
    if (stack_.back()->contains(k)) return fail(fmt::format("the key \"{}\" stands here twice", k), "keep one of them");
    if (stack_.back()->size() >= most_keys) return fail(fmt::format("an object of more than {} keys", most_keys), "");
    key_ = std::move(k);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) override {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error while ..."
    std::string message = e.what(), place;
    if (const auto end = message.find("] "); end != std::string::npos) message.erase(0, end + 2);
    if (const auto at = message.find(" at line "); at != std::string::npos)
      if (const auto colon = message.find(": ", at); colon != std::string::npos) {
        place = message.substr(at + 4, colon - at - 4);
        message.erase(0, colon + 2);
      }
    if (message.size() > 300) message.resize(300);  // it quotes the input
    error = Error{ErrorCode::malformed, "not valid JSON: " + to_printable(message), "", place, ""};
    return false;
  }

 private:
  static std::string to_printable(std::string text) {
    for (char& c : text)
      if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) c = '?';
    return text;
  }
  bool fail(std::string message, std::string remedy) {
    error = Error{ErrorCode::malformed, std::move(message), "", place(), std::move(remedy)};
    return false;
  }
  std::string place() const {
    std::string out = "$";
    for (std::size_t i = 0; i < stack_.size(); ++i) {
      if (i + 1 == stack_.size()) break;
      const Json& outer = *stack_[i];
      if (outer.is_array()) out += fmt::format("[{}]", outer.size() - 1);
      else if (!outer.empty()) out += "." + std::prev(outer.end()).key();
    }
    return out;
  }
  Json* add(Json&& value) {
    if (++values_ > most_values) { fail(fmt::format("more than {} values", most_values), ""); return nullptr; }
    if (stack_.empty()) { root = std::move(value); return &root; }
    Json& outer = *stack_.back();
    if (outer.is_array()) { outer.push_back(std::move(value)); return &outer.back(); }
    return &(outer[key_] = std::move(value));
  }
  bool put(Json value) { return add(std::move(value)) != nullptr; }
  bool open(Json&& value) {
    if (stack_.size() >= deepest) return fail(fmt::format("nested more than {} deep", deepest), "");
    Json* const here = add(std::move(value));
    if (here) stack_.push_back(here);  // stays good: nothing is added beside it until it is closed
    return here != nullptr;
  }
  bool close() {
    stack_.pop_back();
    return true;
  }

  std::vector<Json*> stack_;
  std::string key_;
  std::size_t values_ = 0;
};

}  // namespace

Result<Json> parse_strict_json(const std::string& text) {
  Builder builder;
  // The last two: nothing may follow the document; comments are allowed.
  const bool good = Json::sax_parse(text, &builder, nlohmann::detail::input_format_t::json, true, true);
  if (builder.error) return std::move(*builder.error);
  if (!good) return Error{ErrorCode::malformed, "not valid JSON", "", "", ""};
  return std::move(builder.root);
}

}  // namespace tenbo::scene
