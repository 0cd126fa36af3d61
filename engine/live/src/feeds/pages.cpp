#include "feeds/pages.h"

#include <nlohmann/json.hpp>

#include "tenbo/base/text.h"

namespace tenbo::live {
namespace {

using Json = nlohmann::json;
constexpr std::string_view link_name = "@iot.nextLink";

// Reads no more than it must remember: the one member of the outermost object.
class Finder final : public nlohmann::json_sax<Json> {
 public:
  std::string link;
  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool number_integer(number_integer_t) override { return other(); }
  bool number_unsigned(number_unsigned_t) override { return other(); }
  bool number_float(number_float_t, const string_t&) override { return other(); }
  bool binary(binary_t&) override { return other(); }
  bool string(string_t& value) override {
    if (wanted_) link = value;
    return other() && link.empty();  // enough
  }
  bool key(string_t& name) override {
    wanted_ = depth_ == 1 && name == link_name;
    return true;
  }
  bool start_object(std::size_t) override { return down(); }
  bool start_array(std::size_t) override { return down(); }
  bool end_object() override { return up(); }
  bool end_array() override { return up(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    broken = true;
    return false;
  }
  bool broken = false;

 private:
  bool other() {
    wanted_ = false;
    return true;
  }
  bool down() {
    ++depth_;
    return other();
  }
  bool up() {
    --depth_;
    return true;
  }
  std::size_t depth_ = 0;
  bool wanted_ = false;
};

bool below(const std::string& path, const std::string& first) {
  const std::string p = percent_decode(path);
  std::string f = percent_decode(first);
  while (f.ends_with('/')) f.pop_back();
  return p.starts_with(f) && (p.size() == f.size() || p[f.size()] == '/');
}

}  // namespace

Result<std::string> next_page(std::span<const std::byte> body) {
  const std::string_view text(body.empty() ? "" : reinterpret_cast<const char*>(body.data()), body.size());
  if (text.find(link_name) == std::string_view::npos) return std::string();
  Finder found;
  (void)Json::sax_parse(text.begin(), text.end(), &found);
  if (!found.link.empty()) return std::move(found.link);
  if (found.broken) return Error{ErrorCode::malformed, "is broken JSON: whether another page follows cannot be told", "", "", "the server is at fault; it is asked again"};
  return std::string();
}

Result<Url> page_address(const Url& first, const Url& from, std::string_view link) {
  const auto no = [](std::string why, const char* remedy) { return Error{ErrorCode::invalid_argument, std::move(why), "", "", remedy}; };
  auto next = resolve_url(from, link);
  if (!next) return no("names a next page that is no address to be followed", "the server is at fault");
  if (next->origin() != first.origin())
    return no("names a next page of another origin, " + next->origin(), "where that is the same server, declare the address by which it calls itself");
  if (!below(next->path, first.path)) return no("names a next page elsewhere on the server, " + next->label(), "where that is right, declare an address that both lie under");
  next->user.clear();
  return next;
}

std::string page_source(const std::string& address, std::size_t page) { return page < 2 ? address : address + "#page=" + std::to_string(page); }

}  // namespace tenbo::live
