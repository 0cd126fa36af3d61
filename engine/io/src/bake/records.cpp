#include "records.h"

#include <algorithm>

namespace tenbo::io::bake {
namespace {

// Numbers of another set's texts in this one, made as they are needed: in the order of use, not of the other's table.
class Renumber {
 public:
  Renumber(Texts& to, const Texts& from) : to_(to), from_(from), known_(from.size(), none) {}
  std::uint32_t operator()(std::uint32_t i) {
    if (i == none) return none;
    if (known_[i] == none) known_[i] = to_.intern(from_[i]);
    return known_[i];
  }

 private:
  Texts& to_;
  const Texts& from_;
  std::vector<std::uint32_t> known_;
};

void append_values(FeatureSet& to, const FeatureSet& from, Record& r, const Record& source, Renumber& text,
                   Renumber& name) {
  r.first_value = static_cast<std::uint32_t>(to.values.size());
  for (std::uint32_t i = source.first_value; i < source.first_value + source.values; ++i) {
    Value v = from.values[i];
    if (v.kind() == ValueKind::text) {
      v.payload = text(v.payload);
    } else if (v.kind() == ValueKind::wide_integer || v.kind() == ValueKind::real) {
      to.wide.push_back(from.wide[v.payload]);
      v.payload = static_cast<std::uint32_t>(to.wide.size() - 1);
    }
    v.name_kind = name(v.name()) << 3 | static_cast<std::uint32_t>(v.kind());
    to.values.push_back(v);
  }
}

}  // namespace

std::uint32_t FeatureSet::material(const Material& m) {
  const auto at = std::find(materials.begin(), materials.end(), m);
  if (at != materials.end()) return static_cast<std::uint32_t>(at - materials.begin());
  materials.push_back(m);
  return static_cast<std::uint32_t>(materials.size() - 1);
}

void FeatureSet::append(const FeatureSet& other) {
  Renumber text(texts, other.texts), name(names, other.names);
  std::vector<std::uint32_t> material_of(other.materials.size(), none);
  for (const Record& source : other.records) {
    Record r = source;
    r.id = text(source.id);
    r.type = text(source.type);
    append_values(*this, other, r, source, text, name);
    r.first_piece = static_cast<std::uint32_t>(pieces.size());
    for (std::uint32_t i = source.first_piece; i < source.first_piece + source.pieces; ++i) {
      const Piece& from = other.pieces[i];
      Piece p = from;
      if (material_of[from.material] == none) {
        Material m = other.materials[from.material];
        m.texture = text(m.texture);
        material_of[from.material] = material(m);
      }
      p.material = material_of[from.material];
      p.first_corner = static_cast<std::uint32_t>(corners.size());
      p.first_index = static_cast<std::uint32_t>(indices.size());
      corners.insert(corners.end(), other.corners.begin() + from.first_corner,
                     other.corners.begin() + from.first_corner + from.corners);
      indices.insert(indices.end(), other.indices.begin() + from.first_index,
                     other.indices.begin() + from.first_index + from.indices);
      if (from.first_uv != none) {
        p.first_uv = static_cast<std::uint32_t>(uvs.size());
        uvs.insert(uvs.end(), other.uvs.begin() + from.first_uv, other.uvs.begin() + from.first_uv + from.corners);
      }
      pieces.push_back(p);
    }
    records.push_back(r);
  }
}

std::uint32_t FeatureSet::add_record(const FeatureSet& from, std::uint32_t record) {
  const Record& source = from.records[record];
  Record r = source;
  r.id = texts.intern(from.texts[source.id]);
  r.type = texts.intern(from.texts[source.type]);
  r.first_value = static_cast<std::uint32_t>(values.size());
  for (std::uint32_t i = source.first_value; i < source.first_value + source.values; ++i) {
    Value v = from.values[i];
    if (v.kind() == ValueKind::text) {
      v.payload = texts.intern(from.texts[v.payload]);
    } else if (v.kind() == ValueKind::wide_integer || v.kind() == ValueKind::real) {
      wide.push_back(from.wide[v.payload]);
      v.payload = static_cast<std::uint32_t>(wide.size() - 1);
    }
    v.name_kind = names.intern(from.names[v.name()]) << 3 | static_cast<std::uint32_t>(v.kind());
    values.push_back(v);
  }
  r.first_piece = r.pieces = 0;
  records.push_back(r);
  return static_cast<std::uint32_t>(records.size() - 1);
}

void FeatureSet::pack(Packer& out) const {
  out.text(texts.bytes());
  out.list(texts.ends());
  out.text(names.bytes());
  out.list(names.ends());
  out.list(materials);
  out.list(records);
  out.list(values);
  out.list(wide);
  out.list(pieces);
  out.list(corners);
  out.list(uvs);
  out.list(indices);
}

bool FeatureSet::unpack(Unpacker& in) {
  auto bytes = in.text();
  auto ends = in.list<std::uint32_t>();
  if (in.bad || !texts.assign(std::move(bytes), std::move(ends))) return false;
  bytes = in.text();
  ends = in.list<std::uint32_t>();
  if (in.bad || !names.assign(std::move(bytes), std::move(ends))) return false;
  materials = in.list<Material>();
  records = in.list<Record>();
  values = in.list<Value>();
  wide = in.list<std::uint64_t>();
  pieces = in.list<Piece>();
  corners = in.list<Corner>();
  uvs = in.list<glm::vec2>();
  indices = in.list<std::uint32_t>();
  if (in.bad) return false;
  const auto within = [](std::uint64_t first, std::uint64_t count, std::size_t size) { return first + count <= size; };
  for (const Record& r : records)
    if (r.id >= texts.size() || r.type >= texts.size() || !within(r.first_value, r.values, values.size()) ||
        !within(r.first_piece, r.pieces, pieces.size()))
      return false;
  for (const Value& v : values)
    if (v.name() >= names.size() || (v.kind() == ValueKind::text && v.payload >= texts.size()) ||
        ((v.kind() == ValueKind::wide_integer || v.kind() == ValueKind::real) && v.payload >= wide.size()))
      return false;
  for (const Material& m : materials)
    if (m.texture != none && m.texture >= texts.size()) return false;
  for (const Piece& p : pieces) {
    if (p.material >= materials.size() || !within(p.first_corner, p.corners, corners.size()) ||
        !within(p.first_index, p.indices, indices.size()) ||
        (p.first_uv != none && !within(p.first_uv, p.corners, uvs.size())))
      return false;
    for (std::uint32_t i = p.first_index; i < p.first_index + p.indices; ++i)
      if (indices[i] >= p.corners) return false;
  }
  return true;
}

}  // namespace tenbo::io::bake
