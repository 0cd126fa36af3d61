#include "gdal/classic_netcdf.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenbo/base/file.h"

namespace tenbo::io::gdal {
namespace {

constexpr std::size_t usual_header = 65536, most_header = std::size_t{16} << 20;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 60;  // products beyond are none

// Big-endian numbers of the header, one after the other; `ended` once it was left.
struct Cursor {
  std::string_view bytes;
  int version = 1;
  std::size_t at = 4;
  bool ended = false;

  std::uint64_t number(std::size_t size) {
    if (ended || size > bytes.size() - at) {
      ended = true;
      return 0;
    }
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < size; ++i) v = v << 8 | static_cast<unsigned char>(bytes[at + i]);
    at += size;
    return v;
  }
  std::uint64_t tag() { return number(4); }
  std::uint64_t count() { return number(version == 5 ? 8 : 4); }
  std::uint64_t offset() { return number(version == 1 ? 4 : 8); }
  void skip(std::uint64_t size) {
    if (ended || size > bytes.size() - at) ended = true;
    else at += static_cast<std::size_t>(size);
  }
  void padded(std::uint64_t size) { skip(size > most_header ? size : (size + 3) / 4 * 4); }
  std::string name() {
    const auto size = count();
    const auto from = at;
    padded(size);
    return ended ? std::string() : std::string(bytes.substr(from, static_cast<std::size_t>(size)));
  }
};

std::uint64_t bytes_of(std::uint64_t type) {
  constexpr std::uint64_t sizes[] = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};  // NC_BYTE 1 to NC_UINT64 11
  return type < std::size(sizes) ? sizes[type] : 0;
}

std::uint64_t times(std::uint64_t a, std::uint64_t b) { return b != 0 && a > most_bytes / b ? most_bytes : std::min(a * b, most_bytes); }

void skip_attributes(Cursor& c) {
  c.tag();
  for (std::uint64_t n = c.count(); n > 0 && !c.ended; --n) {
    c.name();
    const auto size = bytes_of(c.tag());
    c.padded(times(c.count(), size));
  }
}

struct Variable {
  std::string name;
  std::uint64_t bytes = 0, begin = 0;  // of one record where it has records
  bool records = false;
};

struct Header {
  std::uint64_t records = 0;
  std::vector<Variable> variables;
  bool odd = false;    // the library says what is wrong with it
  bool ended = false;  // before it did
};

Header read_header(Cursor c) {
  Header out;
  out.records = c.count();
  if (out.records == (c.version == 5 ? UINT64_MAX : UINT32_MAX)) out.records = 0;  // was still being written
  std::vector<std::uint64_t> dimensions;
  c.tag();
  for (std::uint64_t n = c.count(); n > 0 && !c.ended; --n) {
    c.name();
    dimensions.push_back(c.count());
  }
  skip_attributes(c);
  c.tag();
  for (std::uint64_t n = c.count(); n > 0 && !c.ended; --n) {
    Variable v;
    v.name = c.name();
    v.bytes = 1;
    const auto rank = c.count();
    for (std::uint64_t i = 0; i < rank && !c.ended; ++i) {
      const auto d = c.count();
      if (d >= dimensions.size()) {
        out.odd = !c.ended;
        break;
      }
      if (i == 0 && dimensions[d] == 0) v.records = true;
      else v.bytes = times(v.bytes, dimensions[d]);
    }
    if (out.odd) return out;
    skip_attributes(c);
    v.bytes = times(v.bytes, bytes_of(c.tag()));
    c.count();  // vsize: too small for what is larger than 4 GiB
    v.begin = c.offset();
    out.variables.push_back(std::move(v));
  }
  out.ended = c.ended;
  return out;
}

}  // namespace

Status check_classic_netcdf(const std::filesystem::path& path) {
  std::error_code ec;
  const std::uint64_t size = std::filesystem::file_size(path, ec);
  if (ec) return {};
  const auto cut = [&](std::string what) {
    return Error{ErrorCode::malformed, "the file is cut off: " + std::move(what), path.string(), "header", "was it copied to its end?"};
  };
  Header header;
  for (const std::size_t most : {usual_header, most_header}) {
    std::vector<char> head(static_cast<std::size_t>(std::min<std::uint64_t>(size, most)));
    const auto got = head.empty() ? Result<std::size_t>(std::size_t{0}) : read_file_part(path, 0, head);
    if (!got) return got.error();
    Cursor c{std::string_view(head.data(), *got)};
    if (!c.bytes.starts_with("CDF") || c.bytes.size() < 4) return {};
    c.version = c.bytes[3];
    if (c.version != 1 && c.version != 2 && c.version != 5) return {};
    header = read_header(c);
    if (header.odd) return {};
    if (!header.ended) break;
    if (size <= most) return cut("its header does not end");
  }
  if (header.ended) return {};  // larger than any honest one: the library may have its say

  std::uint64_t record = 0, with_records = 0;
  for (const auto& v : header.variables)
    if (v.records) record += (v.bytes + 3) / 4 * 4, ++with_records;
  for (const auto& v : header.variables) {
    if (v.bytes == 0 || (v.records && header.records == 0)) continue;
    const std::uint64_t bytes = v.bytes + (v.records ? times(header.records - 1, with_records == 1 ? v.bytes : record) : 0);
    if (v.begin > size || bytes > size - v.begin)
      return cut("\"" + v.name + "\" needs " + std::to_string(bytes) + " bytes from byte " + std::to_string(v.begin) + " on, and it has " + std::to_string(size));
  }
  return {};
}

}  // namespace tenbo::io::gdal
