#include "binding.h"

#include <string>

namespace tenbo::runtime {

namespace {
std::string_view text_of(const geo::FeatureTable& features, std::uint32_t i, std::string_view name) {
  const auto value = features.value(i, name);
  const auto* text = std::get_if<std::string_view>(&value);
  return text ? *text : std::string_view();
}
}  // namespace

std::vector<inspection::Candidate> binding_candidates(const geo::FeatureTable& features) {
  using inspection::Kind;
  constexpr const char* numbers[] = {"uro:FacilityIdAttribute/id", "施設ID", "橋梁番号", "管理番号", "Tag"};  // a manager's own, beside the model's
  std::vector<inspection::Candidate> out;
  for (std::uint32_t i = 0; i < features.size(); ++i) {
    const auto type = features.type(i);
    const bool ifc = type.starts_with("Ifc");
    Kind kind = Kind::unknown;
    if (ifc) kind = type == "IfcBridge" ? Kind::bridge : type == "IfcTunnel" ? Kind::tunnel : Kind::unknown;  // IfcBridgePart is none
    else kind = type.find("Bridge") != std::string_view::npos ? Kind::bridge : type.find("Tunnel") != std::string_view::npos ? Kind::tunnel : Kind::unknown;
    if (kind == Kind::unknown && !ifc) continue;
    inspection::Candidate c{i, features.id(i), {}, kind, {}};
    if (kind != Kind::unknown) c.extent = features.extent(i), c.name = text_of(features, i, ifc ? "Name" : "gml:name");  // all else by identifier alone
    for (const auto* name : numbers)
      if (const auto id = text_of(features, i, name); !id.empty()) c.also.push_back(id);
    out.push_back(std::move(c));
  }
  return out;
}

inspection::Record binding_record(const Structure& s) { return {s.id, s.name, inspection::read_kind(s.kind), s.lon, s.lat}; }

std::vector<inspection::Binding> bind_records(std::span<const Structure> structures, const geo::FeatureTable& features,
                                              std::span<const inspection::Correction> corrections) {
  return inspection::bind(static_cast<std::uint32_t>(structures.size()), [&](std::uint32_t i) { return binding_record(structures[i]); },
                          binding_candidates(features), corrections);
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> tied(std::span<const inspection::Binding> bindings) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  for (const auto& b : bindings)
    if (const auto* m = b.tied()) out.emplace_back(b.record, m->feature);
  return out;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> bind_structures(std::span<const Structure> structures, const geo::FeatureTable& features) {
  return tied(bind_records(structures, features));
}

}  // namespace tenbo::runtime
