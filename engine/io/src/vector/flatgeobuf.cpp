#include "vector/flatgeobuf.h"

#include <algorithm>
#include <array>

#include "tenbo/base/file.h"

namespace tenbo::io::flatgeobuf {
namespace {

using Bytes = std::span<const unsigned char>;

// A table of FlatBuffers (https://flatbuffers.dev, "internals"): an offset back to its list of fields, which says where each lies in it.
class Table {
 public:
  Table(Bytes bytes, std::size_t at) : bytes_(bytes), at_(at) {
    if (!within(at, 4)) return;
    const auto list = static_cast<std::int64_t>(at) - plain_load<std::int32_t>(bytes.data() + at);
    if (list < 0 || !within(static_cast<std::size_t>(list), 4)) return;
    list_ = static_cast<std::size_t>(list);
    list_size_ = plain_load<std::uint16_t>(bytes.data() + list_);
    good_ = list_size_ >= 4 && within(list_, list_size_);
  }
  bool good() const { return good_; }
  // Where a field lies; 0: it is not there.
  std::size_t field(unsigned index) const {
    const std::size_t entry = 4 + 2 * std::size_t{index};
    if (entry + 2 > list_size_) return 0;
    const auto offset = plain_load<std::uint16_t>(bytes_.data() + list_ + entry);
    return offset ? at_ + offset : 0;
  }
  // False: it lies outside.
  template <class T>
  bool number(unsigned index, T& value) const {
    const std::size_t at = field(index);
    if (at == 0) return true;  // as it was
    if (!within(at, sizeof(T))) return false;
    value = plain_load<T>(bytes_.data() + at);
    return true;
  }
  // What a field refers to; 0: it is not there. False: it lies outside.
  bool reference(unsigned index, std::size_t& target) const {
    target = field(index);
    return target == 0 || follow(target);
  }
  bool follow(std::size_t& at) const {
    if (!within(at, 4)) return false;
    at += plain_load<std::uint32_t>(bytes_.data() + at);
    return within(at, 4);
  }
  // A vector's elements and how many there are; null: there are none, whether it is there or not.
  bool vector(unsigned index, std::size_t element, const unsigned char*& data, std::size_t& count) const {
    data = nullptr;
    count = 0;
    std::size_t at = 0;
    if (!reference(index, at)) return false;
    if (at == 0) return true;
    count = plain_load<std::uint32_t>(bytes_.data() + at);
    if (!within(at + 4, count * element)) return false;
    if (count > 0) data = bytes_.data() + at + 4;
    return true;
  }
  std::size_t place(const unsigned char* p) const { return static_cast<std::size_t>(p - bytes_.data()); }

 private:
  bool within(std::size_t at, std::size_t size) const { return at <= bytes_.size() && size <= bytes_.size() - at; }
  Bytes bytes_;
  std::size_t at_, list_ = 0, list_size_ = 0;
  bool good_ = false;
};

std::optional<Table> root_of(Bytes bytes) {
  if (bytes.size() < 4) return std::nullopt;
  const Table table(bytes, plain_load<std::uint32_t>(bytes.data()));
  return table.good() ? std::optional(table) : std::nullopt;
}

bool known(ColumnType type) {
  using enum ColumnType;
  return type == boolean || (type >= int16 && type <= int64) || (type >= float32 && type <= json);
}

// False where there are none, or more than a feature of so many bytes can hold: polygons that refer to the same points.
bool add_part(PlainFeature& out, std::size_t& left, ShapeKind kind, bool hole, const unsigned char* xy, const unsigned char* z, std::size_t first, std::size_t end) {
  if (end <= first || end - first > left) return false;
  left -= end - first;
  PlainPart& part = out.parts.emplace_back();
  part.kind = kind;
  part.hole = hole;
  part.count = static_cast<std::uint32_t>(end - first);
  part.xy = xy + 16 * first;
  part.z = z ? z + 8 * first : nullptr;
  return true;
}

// left: how many points there may still be.
bool read_geometry(Bytes bytes, std::size_t at, GeometryType type, const Header& header, bool within_another, std::size_t& left, PlainFeature& out) {
  enum : unsigned { ends_field, xy_field, z_field, m_field, t_field, tm_field, type_field, parts_field };
  const Table table(bytes, at);
  if (!table.good()) return false;
  if (type == GeometryType::unknown && !table.number(type_field, type)) return false;
  const unsigned char *ends = nullptr, *xy = nullptr, *z = nullptr, *parts = nullptr;
  std::size_t end_count = 0, numbers = 0, heights = 0, part_count = 0;
  if (!table.vector(parts_field, 4, parts, part_count)) return false;
  if (type == GeometryType::polygons) {
    if (within_another || part_count == 0) return false;
    for (std::size_t i = 0; i < part_count; ++i) {
      std::size_t part = table.place(parts) + 4 * i;
      if (!table.follow(part) || !read_geometry(bytes, part, GeometryType::polygon, header, true, left, out)) return false;
    }
    return true;
  }
  if (!table.vector(ends_field, 4, ends, end_count) || !table.vector(xy_field, 8, xy, numbers) || !table.vector(z_field, 8, z, heights)) return false;
  const std::size_t count = numbers / 2;
  if (count == 0 || numbers % 2 != 0 || (header.has_z ? heights != count : heights != 0)) return false;
  switch (type) {
    case GeometryType::point: return count == 1 && add_part(out, left, ShapeKind::point, false, xy, z, 0, 1);
    case GeometryType::line: return end_count == 0 && add_part(out, left, ShapeKind::line, false, xy, z, 0, count);
    case GeometryType::polygon: {
      if (end_count < 2) return add_part(out, left, ShapeKind::polygon, false, xy, z, 0, count);
      std::size_t first = 0;
      for (std::size_t i = 0; i < end_count; ++i) {
        const std::size_t end = plain_load<std::uint32_t>(ends + 4 * i);
        if (end > count || !add_part(out, left, ShapeKind::polygon, i > 0, xy, z, first, end)) return false;
        first = end;
      }
      return true;
    }
    default: return false;
  }
}

template <class T>
bool take(Bytes& bytes, T& value) {
  if (bytes.size() < sizeof(T)) return false;
  value = plain_load<T>(bytes.data());
  bytes = bytes.subspan(sizeof(T));
  return true;
}
template <class T>
bool take_integer(Bytes& bytes, PlainValue& value) {
  T number{};
  value.kind = PlainValue::Kind::integer;
  if (!take(bytes, number)) return false;
  value.integer = number;
  return true;
}

// A column's number, its value, and so on.
bool read_values(Bytes bytes, const Header& header, std::vector<PlainValue>& out) {
  using enum ColumnType;
  while (!bytes.empty()) {
    std::uint16_t column = 0;
    if (!take(bytes, column) || column >= header.columns.size() || (!out.empty() && column <= out.back().column)) return false;
    PlainValue& value = out.emplace_back();
    value.column = column;
    bool good = false;
    switch (header.columns[column]) {
      case int16: good = take_integer<std::int16_t>(bytes, value); break;
      case uint16: good = take_integer<std::uint16_t>(bytes, value); break;
      case int32: good = take_integer<std::int32_t>(bytes, value); break;
      case uint32: good = take_integer<std::uint32_t>(bytes, value); break;
      case int64: good = take_integer<std::int64_t>(bytes, value); break;
      case boolean:
        good = take_integer<std::uint8_t>(bytes, value);
        value.kind = PlainValue::Kind::boolean;
        break;
      case float32: {
        float number = 0;
        good = take(bytes, number);
        value.kind = PlainValue::Kind::real;
        value.real = static_cast<double>(number);
        break;
      }
      case float64:
        good = take(bytes, value.real);
        value.kind = PlainValue::Kind::real;
        break;
      case text:
      case json: {
        std::uint32_t size = 0;
        good = take(bytes, size) && size <= bytes.size();
        if (!good) break;
        const auto* chars = reinterpret_cast<const char*>(bytes.data());
        value.text = {chars, size ? static_cast<std::size_t>(std::find(chars, chars + size, '\0') - chars) : 0};
        bytes = bytes.subspan(size);
        break;
      }
      default: break;
    }
    if (!good) return false;
  }
  return true;
}

class Source final : public PlainSource {
 public:
  Source(std::filesystem::path path, Header header) : path_(std::move(path)), header_(std::move(header)), next_(header_.first) {}
  Got next(PlainFeature& out) override {
    if (given_ == header_.features) return Got::end;
    if (!have(4)) return Got::unknown;
    const std::size_t size = plain_load<std::uint32_t>(buffer_.data() + at_);
    if (size > most_feature || !have(4 + size)) return Got::unknown;
    if (!read_feature({buffer_.data() + at_ + 4, size}, header_, out)) return Got::unknown;
    out.fid = static_cast<std::int64_t>(given_++);
    at_ += 4 + size;
    return Got::feature;
  }

 private:
  static constexpr std::size_t block = std::size_t{4} << 20;  // bytes that are read at once
  // So many bytes from at_ on.
  bool have(std::size_t size) {
    if (end_ - at_ >= size) return true;
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(at_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= at_;
    at_ = 0;
    const std::size_t wanted = std::max(block, size);
    if (buffer_.size() < wanted) buffer_.resize(wanted);
    const auto read = read_file_part(path_, next_, {reinterpret_cast<char*>(buffer_.data()) + end_, buffer_.size() - end_});
    if (!read) return false;
    next_ += *read;
    end_ += *read;
    return end_ >= size;
  }

  std::filesystem::path path_;
  Header header_;
  std::uint64_t next_, given_ = 0;  // byte of the file that is read next; features
  std::vector<unsigned char> buffer_;
  std::size_t at_ = 0, end_ = 0;
};

}  // namespace

std::optional<Header> read_header(Bytes head) {
  enum : unsigned { geometry_field = 2, z_field, m_field, t_field, tm_field, columns_field, count_field, node_field };
  constexpr std::array<unsigned char, 7> magic{'f', 'g', 'b', 3, 'f', 'g', 'b'};
  if (head.size() < 12 || !std::equal(magic.begin(), magic.end(), head.begin())) return std::nullopt;
  const std::size_t size = plain_load<std::uint32_t>(head.data() + 8);
  if (size > most_header || size > head.size() - 12) return std::nullopt;
  const Bytes bytes = head.subspan(12, size);
  const auto table = root_of(bytes);
  if (!table) return std::nullopt;
  Header out;
  std::uint8_t z = 0, m = 0, t = 0, tm = 0;
  std::uint16_t node = 16;
  const unsigned char* columns = nullptr;
  std::size_t count = 0;
  if (!table->number(geometry_field, out.geometry) || !table->number(z_field, z) || !table->number(m_field, m) || !table->number(t_field, t) || !table->number(tm_field, tm) ||
      !table->number(count_field, out.features) || !table->number(node_field, node) || !table->vector(columns_field, 4, columns, count))
    return std::nullopt;
  if (out.geometry > GeometryType::polygons || m || t || tm || out.features == 0 || out.features > UINT32_MAX || count > UINT16_MAX) return std::nullopt;
  out.has_z = z != 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t at = table->place(columns) + 4 * i;
    if (!table->follow(at)) return std::nullopt;
    const Table column(bytes, at);
    ColumnType type{};
    if (!column.good() || !column.number(1, type) || !known(type)) return std::nullopt;
    out.columns.push_back(type);
  }
  out.first = 12 + size;
  if (node > 0) {  // the index: the features, and those above them, 40 bytes each
    const std::uint64_t share = std::max<std::uint64_t>(node, 2);
    std::uint64_t level = out.features, nodes = level;
    do {
      level = (level + share - 1) / share;
      nodes += level;
    } while (level != 1);
    out.first += nodes * 40;
  }
  return out;
}

bool read_feature(Bytes bytes, const Header& header, PlainFeature& out) {
  enum : unsigned { geometry_field, properties_field, columns_field };
  out.has_geometry = false;
  out.values.clear();
  out.parts.clear();
  const auto table = root_of(bytes);
  if (!table || table->field(columns_field) != 0) return false;  // columns of its own
  const unsigned char* values = nullptr;
  std::size_t size = 0, geometry = 0;
  if (!table->vector(properties_field, 1, values, size) || !table->reference(geometry_field, geometry)) return false;
  if (values != nullptr && !read_values({values, size}, header, out.values)) return false;
  out.has_geometry = geometry != 0;
  out.bytes = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  std::size_t left = std::min<std::size_t>(bytes.size() / 16, UINT32_MAX);
  return geometry == 0 || read_geometry(bytes, geometry, header.geometry, header, false, left, out);
}

std::unique_ptr<PlainSource> open(const std::filesystem::path& path, std::size_t columns, std::uint64_t features) {
  std::vector<unsigned char> head(12);
  const auto fill = [&] {
    const auto read = read_file_part(path, 0, {reinterpret_cast<char*>(head.data()), head.size()});
    return read && *read == head.size();
  };
  if (!fill()) return nullptr;
  const std::size_t size = plain_load<std::uint32_t>(head.data() + 8);
  if (size > most_header) return nullptr;
  head.resize(12 + size);
  if (!fill()) return nullptr;
  auto header = read_header(head);
  if (!header || header->columns.size() != columns || header->features != features) return nullptr;
  return std::make_unique<Source>(path, std::move(*header));
}

}  // namespace tenbo::io::flatgeobuf
