#include "tenbo/geo/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <cmath>
#include <mutex>

#include "string_pool.h"

namespace tenbo::geo {
namespace {

// One attribute of one feature in 8 bytes. Numbers that do not fit the payload stand in the block's `wide` list.
enum class CellKind : std::uint32_t { missing_real, text, small_integer, wide_integer, real, boolean };
constexpr unsigned kind_bits = 3;
struct Cell {
  std::uint32_t key;      // name << kind_bits | kind
  std::uint32_t payload;
  std::uint32_t name() const { return key >> kind_bits; }
  CellKind kind() const { return static_cast<CellKind>(key & ((1u << kind_bits) - 1)); }
};

struct Row {
  std::uint32_t id, type;                // into the block's texts
  std::uint32_t first = 0, count = 0, capacity = 0;  // into the block's cells
};

// Features that were built together. Blocks are moved whole from table to table, so texts never move in memory.
struct Block {
  StringPool texts;
  std::vector<Row> rows;
  std::vector<Extent> extents;
  std::vector<Cell> cells;
  std::vector<std::uint64_t> wide;
  std::vector<std::uint32_t> names;  // the block's name ids -> the table's
  StringPool own_names;              // while building
  // How often each name's texts were new, while building: where nearly all are (ids, names of houses), none is looked up any more.
  struct Use { std::uint32_t seen = 0, fresh = 0; };
  std::vector<Use> uses;

  std::uint32_t text(std::uint32_t name, std::string_view value) {
    constexpr std::uint32_t enough = 4096;
    if (name >= uses.size()) uses.resize(name + 1);
    Use& use = uses[name];
    if (use.seen >= enough && use.fresh > use.seen / 10 * 9) return texts.add(value);
    const std::size_t before = texts.size();
    const std::uint32_t i = texts.intern(value);
    if (use.seen < enough) {
      ++use.seen;
      use.fresh += texts.size() > before ? 1 : 0;
    }
    return i;
  }

  void add(std::uint32_t row_index, std::uint32_t name, CellKind kind, std::uint32_t payload) {
    Row& row = rows[row_index];
    if (row.first + row.count == cells.size()) {        // the usual case: the feature being built is the last
      if (row.count == row.capacity) { cells.emplace_back(); ++row.capacity; }
    } else if (row.count == row.capacity) {              // grows in the middle: moves to the end, with room to spare
      const auto end = static_cast<std::uint32_t>(cells.size());
      const std::uint32_t room = std::max(8u, row.count * 2);
      cells.resize(cells.size() + room);
      std::copy_n(cells.begin() + row.first, row.count, cells.begin() + end);
      row.first = end;
      row.capacity = room;
    }
    cells[row.first + row.count++] = {name << kind_bits | static_cast<std::uint32_t>(kind), payload};
  }
  std::uint32_t add_wide(std::uint64_t bits) {
    wide.push_back(bits);
    return static_cast<std::uint32_t>(wide.size() - 1);
  }
  AttributeValue value(const Cell& cell) const {
    switch (cell.kind()) {
      case CellKind::text: return texts[cell.payload];
      case CellKind::small_integer: return std::int64_t{std::bit_cast<std::int32_t>(cell.payload)};
      case CellKind::wide_integer: return std::bit_cast<std::int64_t>(wide[cell.payload]);
      case CellKind::real: return std::bit_cast<double>(wide[cell.payload]);
      case CellKind::boolean: return cell.payload != 0;
      case CellKind::missing_real: break;
    }
    return std::monostate{};
  }
};

AttributeType type_of(CellKind kind) {
  switch (kind) {
    case CellKind::text: return AttributeType::text;
    case CellKind::small_integer:
    case CellKind::wide_integer: return AttributeType::integer;
    case CellKind::boolean: return AttributeType::boolean;
    case CellKind::real:
    case CellKind::missing_real: break;
  }
  return AttributeType::real;
}

// The narrowest type that holds both.
AttributeType join(AttributeType a, AttributeType b) {
  if (a == b) return a;
  const auto number = [](AttributeType t) { return t == AttributeType::integer || t == AttributeType::real; };
  return number(a) && number(b) ? AttributeType::real : AttributeType::text;
}

}  // namespace

const char* to_string(AttributeType type) {
  switch (type) {
    case AttributeType::integer: return "integer";
    case AttributeType::real: return "real";
    case AttributeType::boolean: return "boolean";
    case AttributeType::text: break;
  }
  return "string";
}

std::string to_text(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real == 0 ? 0.0 : *real);
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  return {};
}

std::optional<double> to_number(const AttributeValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return std::isfinite(*real) ? std::optional(*real) : std::nullopt;
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? 1.0 : 0.0;
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    std::string_view t = *text;
    constexpr std::string_view space = " \t\r\n";
    const auto from = t.find_first_not_of(space);
    if (from == std::string_view::npos) return std::nullopt;
    t = t.substr(from, t.find_last_not_of(space) - from + 1);
    if (t.size() > 1 && t[0] == '+' && t[1] != '-') t.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), number);
    if (error == std::errc{} && end == t.data() + t.size() && std::isfinite(number)) return number;
  }
  return std::nullopt;
}

struct FeatureTable::Impl {
  std::vector<std::unique_ptr<Block>> blocks;
  std::vector<std::uint32_t> starts;  // first feature of each block
  std::uint32_t size = 0;
  StringPool names;
  bool last_is_open = false;          // the last block was begun here and takes new features

  // Built on the first find().
  mutable std::mutex index_mutex;
  mutable std::vector<std::uint32_t> index;  // open addressing, feature + 1

  std::pair<Block*, std::uint32_t> locate(std::uint32_t feature) const {
    assert(feature < size);
    std::size_t block = blocks.size() - 1;
    if (feature < starts[block])
      block = static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), feature) - starts.begin()) - 1;
    return {blocks[block].get(), feature - starts[block]};
  }
  // The block's number for a name, which the table then knows too.
  std::uint32_t own_name(Block& block, std::string_view name) {
    const std::uint32_t own = block.own_names.intern(name);
    if (own == block.names.size()) block.names.push_back(names.intern(name));
    return own;
  }
  Block& open_block() {
    if (!last_is_open) {
      blocks.push_back(std::make_unique<Block>());
      starts.push_back(size);
      last_is_open = true;
    }
    return *blocks.back();
  }
  std::string_view name(const Block& block, const Cell& cell) const { return names[block.names[cell.name()]]; }
};

FeatureTable::FeatureTable() : impl_(std::make_unique<Impl>()) {}
FeatureTable::FeatureTable(FeatureTable&& other) noexcept : impl_(std::move(other.impl_)) {
  other.impl_ = std::make_unique<Impl>();
}
FeatureTable& FeatureTable::operator=(FeatureTable&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}
FeatureTable::~FeatureTable() = default;

std::uint32_t FeatureTable::add_feature(std::string_view id, std::string_view type) {
  Block& block = impl_->open_block();
  const auto end = static_cast<std::uint32_t>(block.cells.size());
  block.rows.push_back({block.texts.add(id), block.texts.intern(type), end, 0, 0});
  block.extents.emplace_back();
  impl_->index.clear();
  return impl_->size++;
}

FeatureTable::Name FeatureTable::name(std::string_view name) { return Name{impl_->own_name(impl_->open_block(), name)}; }

void FeatureTable::add_text(std::uint32_t feature, Name name, std::string_view value) {
  const auto [block, row] = impl_->locate(feature);
  block->add(row, static_cast<std::uint32_t>(name), CellKind::text, block->text(static_cast<std::uint32_t>(name), value));
}

void FeatureTable::add_integer(std::uint32_t feature, Name name, std::int64_t value) {
  const auto [block, row] = impl_->locate(feature);
  const bool small = value >= INT32_MIN && value <= INT32_MAX;
  block->add(row, static_cast<std::uint32_t>(name), small ? CellKind::small_integer : CellKind::wide_integer,
             small ? std::bit_cast<std::uint32_t>(static_cast<std::int32_t>(value)) : block->add_wide(std::bit_cast<std::uint64_t>(value)));
}

void FeatureTable::add_real(std::uint32_t feature, Name name, double value) {
  const auto [block, row] = impl_->locate(feature);
  const bool good = std::isfinite(value);
  block->add(row, static_cast<std::uint32_t>(name), good ? CellKind::real : CellKind::missing_real,
             good ? block->add_wide(std::bit_cast<std::uint64_t>(value)) : 0);
}

void FeatureTable::add_boolean(std::uint32_t feature, Name name, bool value) {
  const auto [block, row] = impl_->locate(feature);
  block->add(row, static_cast<std::uint32_t>(name), CellKind::boolean, value ? 1 : 0);
}

// By name: the feature may stand in any block.
void FeatureTable::add_text(std::uint32_t feature, std::string_view name, std::string_view value) {
  add_text(feature, Name{impl_->own_name(*impl_->locate(feature).first, name)}, value);
}
void FeatureTable::add_integer(std::uint32_t feature, std::string_view name, std::int64_t value) {
  add_integer(feature, Name{impl_->own_name(*impl_->locate(feature).first, name)}, value);
}
void FeatureTable::add_real(std::uint32_t feature, std::string_view name, double value) {
  add_real(feature, Name{impl_->own_name(*impl_->locate(feature).first, name)}, value);
}
void FeatureTable::add_boolean(std::uint32_t feature, std::string_view name, bool value) {
  add_boolean(feature, Name{impl_->own_name(*impl_->locate(feature).first, name)}, value);
}

void FeatureTable::set_extent(std::uint32_t feature, const Extent& extent) {
  const auto [block, row] = impl_->locate(feature);
  block->extents[row] = extent;
}

std::uint32_t FeatureTable::append(FeatureTable&& other) {
  const std::uint32_t first = impl_->size;
  if (other.impl_.get() == impl_.get() || other.impl_->size == 0) return first;
  if (impl_->last_is_open) impl_->blocks.back()->texts.shrink();
  for (std::size_t i = 0; i < other.impl_->blocks.size(); ++i) {
    auto& block = other.impl_->blocks[i];
    for (auto& name : block->names) name = impl_->names.intern(other.impl_->names[name]);
    block->texts.shrink();
    block->cells.shrink_to_fit();
    block->wide.shrink_to_fit();
    impl_->starts.push_back(first + other.impl_->starts[i]);
    impl_->blocks.push_back(std::move(block));
  }
  impl_->size += other.impl_->size;
  impl_->last_is_open = false;
  impl_->index.clear();
  other.impl_ = std::make_unique<Impl>();
  return first;
}

std::uint32_t FeatureTable::size() const { return impl_->size; }

std::string_view FeatureTable::id(std::uint32_t feature) const {
  const auto [block, row] = impl_->locate(feature);
  return block->texts[block->rows[row].id];
}

std::string_view FeatureTable::type(std::uint32_t feature) const {
  const auto [block, row] = impl_->locate(feature);
  return block->texts[block->rows[row].type];
}

const Extent& FeatureTable::extent(std::uint32_t feature) const {
  const auto [block, row] = impl_->locate(feature);
  return block->extents[row];
}

std::vector<std::pair<std::string_view, AttributeValue>> FeatureTable::attributes(std::uint32_t feature) const {
  const auto [block, row_index] = impl_->locate(feature);
  const Row& row = block->rows[row_index];
  std::vector<std::pair<std::string_view, AttributeValue>> out;
  out.reserve(row.count);
  for (std::uint32_t i = row.first; i < row.first + row.count; ++i)
    out.emplace_back(impl_->name(*block, block->cells[i]), block->value(block->cells[i]));
  return out;
}

AttributeValue FeatureTable::value(std::uint32_t feature, std::string_view name) const {
  const auto wanted = impl_->names.find(name);
  if (!wanted) return std::monostate{};
  const auto [block, row_index] = impl_->locate(feature);
  const Row& row = block->rows[row_index];
  for (std::uint32_t i = row.first; i < row.first + row.count; ++i)
    if (block->names[block->cells[i].name()] == *wanted) return block->value(block->cells[i]);
  return std::monostate{};
}

std::vector<AttributeSummary> FeatureTable::summary() const {
  struct Tally { std::uint64_t count = 0; std::uint32_t last = UINT32_MAX; std::optional<AttributeType> type; };
  std::vector<Tally> tallies(impl_->names.size());
  std::uint32_t feature = 0;
  for (const auto& block : impl_->blocks)
    for (const Row& row : block->rows) {
      for (std::uint32_t i = row.first; i < row.first + row.count; ++i) {
        const Cell& cell = block->cells[i];
        Tally& tally = tallies[block->names[cell.name()]];
        const AttributeType type = type_of(cell.kind());
        tally.type = tally.type ? join(*tally.type, type) : type;
        if (cell.kind() == CellKind::missing_real || tally.last == feature) continue;
        tally.last = feature;
        ++tally.count;
      }
      ++feature;
    }
  std::vector<AttributeSummary> out;
  for (std::uint32_t i = 0; i < tallies.size(); ++i)
    if (tallies[i].type) out.push_back({std::string(impl_->names[i]), *tallies[i].type, tallies[i].count});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

std::optional<std::uint32_t> FeatureTable::find(std::string_view id) const {
  if (impl_->size == 0) return std::nullopt;
  const std::lock_guard lock(impl_->index_mutex);
  auto& index = impl_->index;
  const auto slot_of = [&](std::string_view text) { return std::hash<std::string_view>{}(text) & (index.size() - 1); };
  if (index.empty()) {
    index.assign(std::bit_ceil(std::size_t{impl_->size} * 2), 0);
    for (std::uint32_t f = 0; f < impl_->size; ++f) {
      const std::string_view text = this->id(f);
      std::size_t slot = slot_of(text);
      while (index[slot] != 0 && this->id(index[slot] - 1) != text) slot = (slot + 1) & (index.size() - 1);
      if (index[slot] == 0) index[slot] = f + 1;  // the first of several with one id stays
    }
  }
  for (std::size_t slot = slot_of(id); index[slot] != 0; slot = (slot + 1) & (index.size() - 1))
    if (this->id(index[slot] - 1) == id) return index[slot] - 1;
  return std::nullopt;
}

std::uint64_t FeatureTable::memory_bytes() const {
  std::uint64_t sum = impl_->names.memory_bytes();
  for (const auto& b : impl_->blocks)
    sum += b->texts.memory_bytes() + b->own_names.memory_bytes() + b->rows.capacity() * sizeof(Row) + b->extents.capacity() * sizeof(Extent) +
           b->cells.capacity() * sizeof(Cell) + b->wide.capacity() * sizeof(std::uint64_t) + b->names.capacity() * sizeof(std::uint32_t);
  return sum;
}

}  // namespace tenbo::geo
