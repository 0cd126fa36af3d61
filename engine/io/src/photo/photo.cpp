#include "tenbo/io/photo.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "tenbo/base/file.h"
#include "tenbo/io/city.h"
#include "tenbo/io/tiles.h"

namespace tenbo::io {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t longest_name = 1024;  // bytes

struct Reading {
  std::span<const std::byte> all;
  std::uint32_t at(std::size_t i) const { return i < all.size() ? std::to_integer<std::uint32_t>(all[i]) : 0; }
  std::uint32_t be16(std::size_t i) const { return at(i) << 8 | at(i + 1); }
  std::uint32_t be32(std::size_t i) const { return be16(i) << 16 | be16(i + 2); }
  std::uint32_t le16(std::size_t i) const { return at(i) | at(i + 1) << 8; }
  std::uint32_t le24(std::size_t i) const { return le16(i) | at(i + 2) << 16; }
  bool is(std::size_t i, std::string_view word) const {
    if (i + word.size() > all.size()) return false;
    for (std::size_t k = 0; k < word.size(); ++k)
      if (at(i + k) != static_cast<unsigned char>(word[k])) return false;
    return true;
  }
};

Error refused(ErrorCode code, std::string why, const fs::path& folder, std::string_view written, std::string remedy = "") {
  std::string name;  // of a stranger: no control characters on the glass
  for (const char c : written.substr(0, 200)) name += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return {code, std::move(why), folder.string(), std::move(name), std::move(remedy)};
}

// The frame header of a JPEG (ITU-T T.81, B.2.2): SOF0 to SOF15 but for DHT, JPG and DAC.
Result<PhotoHead> jpeg(const Reading& b) {
  std::size_t i = 2;
  while (i + 9 < b.all.size()) {
    if (b.at(i) != 0xFF) break;
    const auto marker = b.at(i + 1);
    if (marker == 0xFF) { ++i; continue; }  // padding
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) { i += 2; continue; }  // without a length
    if (marker == 0xD9 || marker == 0xDA) break;
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) return PhotoHead{PhotoType::jpeg, b.be16(i + 7), b.be16(i + 5)};
    const auto length = b.be16(i + 2);
    if (length < 2) break;
    i += 2 + length;
  }
  return Error{ErrorCode::malformed, "a JPEG without the size of its picture", "", "", ""};
}

// Where its picture begins: behind the segments, one of which may hold a small picture with an end of its own. Nothing where the head ends before.
std::optional<std::size_t> jpeg_scan(const Reading& b) {
  for (std::size_t i = 2; i + 3 < b.all.size() && b.at(i) == 0xFF;) {
    const auto marker = b.at(i + 1);
    if (marker == 0xFF) ++i;
    else if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) i += 2;
    else if (marker == 0xDA) return i;
    else if (const auto length = b.be16(i + 2); marker == 0xD9 || length < 2) return std::nullopt;
    else i += 2 + length;
  }
  return std::nullopt;
}

// RFC 9649: VP8 (RFC 6386, 9.1), VP8L, VP8X.
Result<PhotoHead> webp(const Reading& b) {
  if (b.is(12, "VP8X")) return PhotoHead{PhotoType::webp, b.le24(24) + 1, b.le24(27) + 1};
  if (b.is(12, "VP8L") && b.at(20) == 0x2F) {
    const auto bits = b.le16(21) | b.le16(23) << 16;
    return PhotoHead{PhotoType::webp, (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1};
  }
  if (b.is(12, "VP8 ") && b.at(23) == 0x9D && b.at(24) == 0x01 && b.at(25) == 0x2A) return PhotoHead{PhotoType::webp, b.le16(26) & 0x3FFF, b.le16(28) & 0x3FFF};
  return Error{ErrorCode::malformed, "a WebP without the size of its picture", "", "", ""};
}

}  // namespace

Result<fs::path> photo_file(const fs::path& folder, std::string_view written) {
  const auto bad = [&](const char* why) { return refused(ErrorCode::invalid_argument, why, folder, written, "photographs are named by their path below that folder"); };
  if (folder.empty()) return refused(ErrorCode::not_found, "the layer names no folder of photographs", folder, written, "name it with the parameter \"photos\"");
  if (written.empty()) return bad("no photograph is named");
  if (written.size() > longest_name) return bad("the name of the photograph is too long");
  if (std::any_of(written.begin(), written.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) return bad("the name of the photograph has control characters");
  std::string name(written);
  std::replace(name.begin(), name.end(), '\\', '/');
  if (name.find("://") != std::string::npos || name.rfind("/vsi", 0) == 0) return bad("the photograph is an address, and none are opened");
  if (name.front() == '/' || name.front() == '~' || (name.size() > 1 && name[1] == ':')) return bad("the path of the photograph is absolute");
  const fs::path relative(name);
  for (const auto& part : relative)
    if (part == "..") return bad("the path of the photograph leaves its folder");
  std::error_code ec;
  const fs::path root = fs::canonical(folder, ec);
  if (ec) return refused(ErrorCode::not_found, "the folder of photographs is not there", folder, written);
  const fs::path file = fs::canonical(root / relative, ec);
  if (ec) return refused(ErrorCode::not_found, "the photograph is not there", folder, written);
  const auto [end, unused] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  if (end != root.end()) return bad("the photograph lies outside of its folder: a link leads there");
  if (!fs::is_regular_file(file, ec)) return bad("the photograph is no file");
  return file;
}

Result<PhotoHead> photo_head(std::span<const std::byte> bytes) {
  const Reading b{bytes};
  Result<PhotoHead> head = Error{ErrorCode::unsupported, "not a photograph: expected JPEG, PNG or WebP", "", "", ""};
  if (b.is(0, "\xFF\xD8\xFF")) head = jpeg(b);
  else if (b.is(0, "\x89PNG\r\n\x1A\n") && b.is(12, "IHDR")) head = PhotoHead{PhotoType::png, b.be32(16), b.be32(20)};
  else if (b.is(0, "RIFF") && b.is(8, "WEBP")) head = webp(b);
  if (head && (head->width == 0 || head->height == 0)) return Error{ErrorCode::malformed, "a picture without pixels", "", "", ""};
  return head;
}

bool jpeg_has_end(std::span<const std::byte> head, std::span<const std::byte> tail, std::uint64_t tail_at) {
  const Reading b{head}, end{tail};
  if (!b.is(0, "\xFF\xD8\xFF")) return true;
  const auto scan = jpeg_scan(b);
  if (!scan) return true;
  for (std::size_t i = *scan > tail_at ? static_cast<std::size_t>(*scan - tail_at) : 0; i + 1 < tail.size(); ++i)
    if (end.at(i) == 0xFF && end.at(i + 1) == 0xD9) return true;  // never within the picture: there 0xFF is followed by 0 or a restart
  return false;
}

Result<Image> read_photo(const fs::path& folder, std::string_view written, const PhotoLimits& limits) {
  auto file = photo_file(folder, written);
  if (!file) return file.error();
  std::error_code ec;
  if (const auto size = fs::file_size(*file, ec); ec || size > limits.bytes)
    return refused(ErrorCode::out_of_budget, fmt::format("the photograph is larger than {} MiB", limits.bytes >> 20), folder, written);
  auto bytes = read_file(*file, limits.bytes);
  if (!bytes) return bytes.error();
  const auto head = photo_head(*bytes);
  if (!head) return refused(head.error().code, head.error().message, folder, written);
  if (const auto pixels = std::uint64_t{head->width} * head->height; pixels > limits.pixels)
    return refused(ErrorCode::out_of_budget, fmt::format("the photograph says that it has {} x {} pixels, more than {} million", head->width, head->height, limits.pixels / 1'000'000), folder, written);
  if (!jpeg_has_end(*bytes, *bytes, 0)) return refused(ErrorCode::malformed, "the photograph is cut off: its picture has no end", folder, written, "was it copied to its end?");
  CityTexture texture;
  texture.path = *file;
  texture.data = std::make_shared<const std::vector<std::byte>>(std::move(*bytes));
  texture.opaque = true;
  return read_texture(texture, limits.edge);
}

}  // namespace tenbo::io
