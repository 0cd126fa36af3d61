#pragma once
// What the readers of the Agency's bodies share.
#include "message/xml_tree.h"
#include "tenbo/io/jma.h"

namespace tenbo::io::message {

struct JmaContext {
  const std::string& label;
  Diagnostics& diagnostics;
  std::optional<geo::Instant> time(const Element& e, std::string_view path) const { return time_of(e.find(path), label, diagnostics); }
  void warn(const Element& at, std::string text) const;
};

JmaArea jma_area(const Element& e, const JmaContext& c, std::string table = {});
std::vector<JmaArea> jma_areas(const Element& parent, const JmaContext& c);  // Areas/Area of it, or Area itself
JmaKind jma_kind(const Element& e);
// "+38.0+142.9-10000/", "+3624.38+13831.38+2568/", "+38.0+142.9/": nullopt where it is none. Words come from the description.
std::optional<JmaPlace> jma_place(const Element& coordinate, const JmaContext& c);
// A number with its unit; NaN, or what is no number, becomes the description, else the condition, else "不明". Signs of a limit
// in the description (超, 以上, 未満, 以下) make it one.
geo::Quantity jma_quantity(const Element& e);
std::vector<JmaComment> jma_comments(const Element& body);
std::vector<JmaCodeTable> jma_code_tables(const Element& e);
// The digit after レベル, full width or not: "警戒レベル４相当" is 4.
std::optional<int> level_in(std::string_view name);

JmaEarthquake jma_earthquake(const Element& e, const JmaContext& c);
JmaEarthquakeReport jma_earthquake_report(const Element& body, const JmaContext& c);
JmaTsunamiReport jma_tsunami_report(const Element& body, const JmaContext& c);
JmaWarningReport jma_warning_report(const Element& body, const JmaContext& c);
// VPBS50: what has happened where are the tags of its headline; when, its body.
JmaWarningReport jma_flash_report(const Element& body, const std::vector<JmaHeadlineInformation>& headline, const JmaContext& c);
JmaVolcanoReport jma_volcano_report(const Element& body, const JmaContext& c);

}  // namespace tenbo::io::message
