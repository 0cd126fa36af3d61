// NGA_gpm, the generic point-cloud model: its objects and what they must have.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <glm/geometric.hpp>
#include <set>

#include "tenbo/geo/instant.h"
#include "tiles/extension_rules.h"

namespace tenbo::io::tiles {
namespace {

using json::Node;
using Check = void (*)(const Node&);

// Members that must be there, or may be.
void need(const Node& node, const char* key, Check check) {
  const Node child = node(key);
  check(child);
}
void may(const Node& node, const char* key, Check check) {
  if (const auto child = node.find(key)) check(*child);
}
void forbid(const Node& node, std::initializer_list<const char*> keys, const char* why) {
  for (const char* key : keys)
    if (const auto child = node.find(key)) child->bad(std::string("may not be here ") + why);
}
void each(const Node& list, std::size_t least, std::size_t most, Check check) {
  list.array(least, most);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Node one = list.at(i);
    check(one);
  }
}

void text(const Node& n) { (void)n.text(); }
void number(const Node& n) { (void)n.number(); }
void flag(const Node& n) { (void)n.boolean(); }
void three(const Node& n) { (void)n.numbers(3, 3); }

void text_of(const Node& node, std::initializer_list<const char*> words) {
  if (std::none_of(words.begin(), words.end(), [&](const char* w) { return node.text() == w; })) {
    std::string list;
    for (const char* w : words) list += (list.empty() ? "" : ", ") + std::string(w);
    node.bad("found \"" + node.text().substr(0, 40) + "\", expected one of " + list);
  }
}

void date(const Node& n) {
  const auto& t = n.text();
  if (!geo::parse_instant(t) && !geo::parse_instant(t + "Z") && !geo::parse_instant(t + "T00:00:00Z"))
    n.bad("\"" + t.substr(0, 40) + "\" is no date and time of ISO 8601");
}

// Three unit vectors at right angles, as near as files are met that count as good: half a degree.
void axes(const Node& n) {
  constexpr double slack = 1e-4, square_slack = 0.01;
  n.array(3, 3);
  std::array<glm::dvec3, 3> v{};
  for (std::size_t i = 0; i < 3; ++i) {
    const Node one = n.at(i);
    const auto c = one.numbers(3, 3);
    v[i] = {c[0], c[1], c[2]};
    if (std::abs(glm::length(v[i]) - 1) > slack) one.bad("is no unit vector");
  }
  for (std::size_t i = 0; i < 3; ++i)
    if (std::abs(glm::dot(v[i], v[(i + 1) % 3])) > square_slack) n.bad("the axes are not at right angles");
}

void organisation(const Node& n) {
  need(n, "organization", text);
  need(n, "systemId", text);
}

// By a code, by an organisation's own id with an epoch, or by a definition.
void reference_system(const Node& n) {
  n.object();
  may(n, "name", text);
  may(n, "description", text);
  may(n, "id", [](const Node& id) { (void)id.integer(0, 1'000'000'000); });
  may(n, "definition", text);
  may(n, "orgWithId", organisation);
  may(n, "epoch", number);
  if (n.has("id")) return;
  need(n, "name", text);
  if (n.has("definition")) {
    forbid(n, {"orgWithId", "epoch"}, "beside \"definition\"");
    return;
  }
  need(n, "orgWithId", organisation);
  need(n, "epoch", number);
}

void located(const Node& n) {
  need(n, "coordinates", three);
  need(n, "crsEcef", reference_system);
}

void model_system(const Node& n) {
  const Node type = n("mcsType");
  text_of(type, {"ECEF", "LSR", "UTM"});
  if (type.text() == "ECEF") {
    need(n, "crsEcef", reference_system);
    forbid(n, {"origin", "axisUnitVectors", "crsHorizontalUtm", "crsVertical"}, "with ECEF");
  } else if (type.text() == "LSR") {
    need(n, "origin", located);
    need(n, "axisUnitVectors", axes);
    forbid(n, {"crsEcef", "crsHorizontalUtm", "crsVertical"}, "with LSR");
  } else {
    need(n, "crsHorizontalUtm", reference_system);
    need(n, "crsVertical", reference_system);
    forbid(n, {"crsEcef", "origin", "axisUnitVectors"}, "with UTM");
  }
}

void extent(const Node& n) {
  need(n, "origin", three);
  need(n, "lsrAxisUnitVectors", axes);
  need(n, "lsrLengths", three);
}

void collection_unit(const Node& n) {
  need(n, "referenceDateTime", date);
  need(n, "collectionUnitId", text);
  need(n, "pointSourceId", [](const Node& id) { (void)id.integer(0, INT64_MAX); });
  need(n, "extentInformation", extent);
}
void sensor(const Node& n) {
  for (const char* key : {"sensorId", "sensorType", "sensorMode"}) need(n, key, text);
  need(n, "collectionUnitRecords", [](const Node& list) { each(list, 1, SIZE_MAX, collection_unit); });
}
void collection(const Node& n) {
  need(n, "collectionId", text);
  need(n, "platformId", text);
  need(n, "sensorRecords", [](const Node& list) { each(list, 1, SIZE_MAX, sensor); });
}
void master(const Node& n) {
  need(n, "version", text);
  need(n, "implementation", text);
  need(n, "modelCoordSystem", model_system);
  need(n, "idInformation", [](const Node& id) {
    need(id, "datasetId", text);
    need(id, "referenceDateTime", date);
  });
  may(n, "datasetExtentInformation", extent);
  may(n, "collectionRecordList", [](const Node& list) { each(list, 1, SIZE_MAX, collection); });
}

// Values of the strictly positive definite correlation function, within their bounds.
void spdcf(const Node& n) {
  const auto within = [&](const char* key, const auto& good, const char* what) {
    const Node value = n(key);
    if (!good(value.number())) value.bad(std::string("found ") + std::to_string(value.number()) + ", expected " + what);
  };
  within("A", [](double v) { return v > 0 && v <= 1; }, "more than 0 and at most 1");
  within("alpha", [](double v) { return v >= 0 && v < 1; }, "0 or more and less than 1");
  within("beta", [](double v) { return v >= 0 && v <= 10; }, "0 to 10");
  within("T", [](double v) { return v > 0; }, "more than 0");
}

void post(const Node& n) {
  need(n, "position", three);
  need(n, "covariance", [](const Node& c) { (void)c.numbers(6, 6); });
}
void unmodeled(const Node& n) {
  need(n, "uniqueId", text);
  need(n, "corrRotationThetas", three);
  need(n, "corrParams", [](const Node& list) { each(list, 3, 3, spdcf); });
  need(n, "posts", [](const Node& list) { each(list, 0, SIZE_MAX, post); });
}

void interpolation(const Node& n) {
  const Node mode = n("interpolationMode");
  text_of(mode, {"nearestNeighbor", "IDW"});
  if (mode.text() == "nearestNeighbor") {
    forbid(n, {"interpNumPosts", "dampeningParam"}, "with nearestNeighbor");
    return;
  }
  need(n, "interpNumPosts", [](const Node& v) { (void)v.integer(1, INT64_MAX); });
  need(n, "dampeningParam", number);
}

void correlation_group(const Node& n) {
  need(n, "groupFlags", [](const Node& list) { each(list, 3, 3, flag); });
  need(n, "rotationThetas", three);
  need(n, "params", [](const Node& list) { each(list, 3, 3, spdcf); });
}

void ppe(const Node& n) {
  need(n, "source", text);
  may(n, "min", number);
  may(n, "max", number);
}

// As many parameters as flags stand, and the upper triangle of their covariances.
void conformal(const Node& n) {
  const Node flags = n("flags");
  each(flags, 7, 7, flag);
  std::size_t set = 0;
  for (std::size_t i = 0; i < 7; ++i) {
    const Node one = flags.at(i);
    set += one.boolean();
  }
  if (set == 0) flags.bad("none is true");
  need(n, "recentering", three);
  need(n, "normalizingScaleFactor", number);
  const Node parameters = n("parameters"), covariance = n("covariance");
  (void)parameters.numbers(set, set);
  (void)covariance.numbers(set * (set + 1) / 2, set * (set + 1) / 2);
}

}  // namespace

void check_gpm(const Node& gpm, std::size_t root_contents) {
  gpm.object();
  need(gpm, "masterRecord", master);
  need(gpm, "unmodeledErrorRecord", unmodeled);
  need(gpm, "interpolationParams", interpolation);
  need(gpm, "interTileCorrelationGroups", [](const Node& list) { each(list, 0, 3, correlation_group); });
  if (const auto anchors = gpm.find("anchorPointMetadata")) {
    const Node placement = (*anchors)("placementType");
    text_of(placement, {"MeshContent", "SeparateContent"});
    if (placement.text() == "MeshContent") {
      forbid(*anchors, {"contentIndex"}, "with MeshContent");
    } else {
      const Node index = (*anchors)("contentIndex");
      (void)index.index_in(root_contents, "content of the root tile");
    }
  }
  if (const auto manifest = gpm.find("ppeManifest")) {
    each(*manifest, 1, 7, ppe);
    std::set<std::string> sources;
    for (std::size_t i = 0; i < manifest->size(); ++i) {
      const Node one = manifest->at(i);
      if (!sources.insert(one.text("source")).second) one.bad("the source \"" + one.text("source").substr(0, 40) + "\" stands there twice");
    }
  }
  may(gpm, "threeDimConformalParams", conformal);
}

}  // namespace tenbo::io::tiles
