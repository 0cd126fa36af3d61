// Messages and their sections.
#include <algorithm>
#include <string_view>

#include "grib2/sections.h"

namespace tenbo::io {

namespace {

using grib2::Bad;
using grib2::Octets;

constexpr std::size_t max_fields = 1'000'000;

std::string_view text_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

struct Section {
  int number = 0;
  std::uint64_t offset = 0;  // in the file
  std::span<const std::byte> bytes;
};

class Walk {
 public:
  Walk(std::span<const std::byte> bytes, std::string label, Grib2File& out) : bytes_(bytes), label_(std::move(label)), out_(out) {}

  // All messages; what lies between them (bulletin headings) is passed over.
  void run() {
    const auto text = text_of(bytes_);
    std::size_t at = text.find("GRIB");
    if (at == std::string_view::npos) return lost({ErrorCode::malformed, "there is no GRIB message in it", "", "", ""}, 0);
    for (; at != std::string_view::npos; at = text.find("GRIB", at), ++message_) {
      try {
        at = one(at);
      } catch (const Bad& b) {
        return lost(b.error, at);
      }
    }
  }

 private:
  void lost(Error e, std::uint64_t offset) {
    e.file = label_;
    if (e.place.empty()) e.place = "message " + std::to_string(message_ + 1) + ", byte " + std::to_string(offset);
    out_.diagnostics.fail(std::move(e));
  }

  // A message from `start` on; where it ends.
  std::size_t one(std::size_t start) {
    const auto rest = bytes_.subspan(start);
    if (rest.size() < 8) grib2::fail(ErrorCode::malformed, "the file ends within the first section");
    const int edition = std::to_integer<int>(rest[7]);
    if (edition != 2) grib2::fail(ErrorCode::unsupported, "GRIB edition " + std::to_string(edition) + " is not read by this reader", "convert it: grib_set -s edition=2");
    const Octets indicator(rest, "section 0");
    const std::uint64_t length = indicator.u64(9);
    if (length < 16 + 21 + 4 || length > rest.size())
      grib2::fail(ErrorCode::malformed, "the message is said to have " + std::to_string(length) + " bytes, and the file has " + std::to_string(rest.size()) + " more");
    const auto body = rest.first(length);
    if (text_of(body.last(4)) != "7777") grib2::fail(ErrorCode::malformed, "the message does not end with 7777");
    Grib2Field field;
    field.message = message_;
    field.discipline = indicator.u8(7);
    std::uint64_t at = 16;
    const std::uint64_t end = length - 4;
    int last = 0;
    problem_.reset();
    grid_.reset();
    bitmap_.reset();
    product_.reset();
    packing_.reset();
    while (at < end) {
      if (end - at < 5) grib2::fail(ErrorCode::malformed, "a section is cut off");
      const Octets head(body.subspan(at, 5), "a section");
      const std::uint64_t size = head.u32(1);
      if (size < 5 || size > end - at) grib2::fail(ErrorCode::malformed, "section " + std::to_string(head.u8(5)) + " is said to have " + std::to_string(size) + " bytes, and the message has " + std::to_string(end - at) + " more");
      const Section s{head.u8(5), start + at, body.subspan(at, size)};
      // 1, then any number of: 2 and 3 where they change, 4, 5, 6, 7
      const bool order = s.number == 1 ? last == 0 : (s.number == 2 && (last == 1 || last == 7)) || (s.number == 3 && (last == 1 || last == 2 || last == 7)) ||
                         (s.number == 4 && (last == 3 || last == 7)) || (s.number >= 5 && s.number <= 7 && last == s.number - 1);
      if (!order) grib2::fail(ErrorCode::malformed, "section " + std::to_string(s.number) + " after section " + std::to_string(last));
      take(s, field);
      last = s.number;
      at += size;
    }
    if (last != 7) grib2::fail(ErrorCode::malformed, "the message ends after section " + std::to_string(last));
    return start + length;
  }

  // What cannot be read of a field is told once it is complete, and costs that field alone.
  template <class F>
  void part(F&& read) {
    try {
      read();
    } catch (const Bad& b) {
      if (b.error.code == ErrorCode::malformed) throw;
      if (!problem_) problem_ = b.error;
    }
  }

  void take(const Section& s, Grib2Field& field) {
    switch (s.number) {
      case 1: {
        const Octets o(s.bytes, "section 1");
        o.needs(21);
        field.centre = o.u16(6);
        field.subcentre = o.u16(8);
        field.issue_time = o.time(13);
        field.status = o.u8(20);
        field.kind = o.u8(21);
        break;
      }
      case 3:
        problem_.reset();
        grid_.reset();
        bitmap_.reset();
        part([&] { grid_ = grib2::grid_of(Octets(s.bytes, "section 3")); });
        grid_problem_ = problem_;
        break;
      case 4:
        problem_ = grid_problem_;
        part([&] { product_ = grib2::product_of(Octets(s.bytes, "section 4"), field.issue_time); });
        break;
      case 5:
        part([&] { packing_ = grib2::packing_of(Octets(s.bytes, "section 5")); });
        break;
      case 6: part([&] { bitmap(s); }); break;
      case 7: {
        if (problem_) {
          lost(*problem_, s.offset);
        } else if (grid_ && product_ && packing_) {
          if (out_.fields.size() >= max_fields) grib2::fail(ErrorCode::out_of_budget, "more fields than are read of one file");
          field.grid = *grid_;
          field.product = std::move(*product_);
          field.packing = std::move(*packing_);
          field.bitmap = has_bitmap_ ? bitmap_ : std::nullopt;
          field.data = {s.offset + 5, s.bytes.size() - 5};
          out_.fields.push_back(field);
        }
        product_.reset();
        packing_.reset();
        problem_ = grid_problem_;
        break;
      }
      default: break;
    }
  }

  void bitmap(const Section& s) {
    const std::uint8_t indicator = Octets(s.bytes, "section 6").u8(6);
    has_bitmap_ = indicator != 255;
    if (indicator == 0) bitmap_ = Grib2Part{s.offset + 6, s.bytes.size() - 6};
    else if (indicator == 254 && !bitmap_) grib2::fail(ErrorCode::malformed, "the bitmap of an earlier field is named, and there is none");
    else if (indicator != 254 && indicator != 255) grib2::fail(ErrorCode::unsupported, "bitmap " + std::to_string(indicator) + " of the centre's own is not read");
  }

  std::span<const std::byte> bytes_;
  std::string label_;
  Grib2File& out_;
  std::size_t message_ = 0;
  std::optional<Grib2Grid> grid_;
  std::optional<Grib2Product> product_;
  std::optional<Grib2Packing> packing_;
  std::optional<Grib2Part> bitmap_;
  bool has_bitmap_ = false;
  std::optional<Error> problem_, grid_problem_;
};

}  // namespace

std::string Grib2Field::parameter() const {
  return std::to_string(discipline) + "-" + std::to_string(product.category) + "-" + std::to_string(product.number);
}

Result<Grib2File> read_grib2(std::span<const std::byte> bytes, const std::string& label) {
  Grib2File out;
  Walk(bytes, label, out).run();
  if (out.fields.empty()) {
    if (out.diagnostics.errors.empty()) return Error{ErrorCode::malformed, "there is no field in it", label, "", ""};
    return out.diagnostics.errors.front();
  }
  return out;
}

bool begins_with_grib2_runs(std::span<const std::byte> head) {
  const auto start = text_of(head.first(std::min<std::size_t>(head.size(), 256))).find("GRIB");  // a bulletin's heading may come first
  if (start == std::string_view::npos) return false;
  head = head.subspan(start);
  if (head.size() < 16 || std::to_integer<int>(head[7]) != 2) return false;
  for (std::size_t at = 16; at + 11 <= head.size();) {
    const Octets o(head.subspan(at, 11), "a section");
    if (o.u8(5) == 5) return o.u16(10) == 200;
    if (o.u32(1) < 5 || o.u8(5) > 5) return false;
    at += o.u32(1);
  }
  return false;
}

}  // namespace tenbo::io
