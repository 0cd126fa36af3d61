// The page itself. Coordinates in millimetres from its top left.
#include "tenbo/runtime/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tenbo/runtime/structure_name.h"
#include "sheet_photos.h"
#include "tenbo/base/text.h"
#include "tenbo/inspection/history.h"
#include "tenbo/io/pdf.h"
#include "tenbo/runtime/structure_name.h"

namespace tenbo::runtime {
namespace {

using io::PdfPage;

constexpr double margin = 12, inner = PdfPage::width - 2 * margin;
constexpr Rgba8 quiet{90, 98, 108, 255}, rule{200, 205, 212, 255}, alarm{190, 20, 30, 255};
constexpr PdfPage::Text body{8}, strong{8, true}, small{7, false, quiet}, heading{9.5, true};

std::string jst(geo::Instant t) {  // "2026-11-21 09:00"
  auto text = geo::format_utc({t.ms + 9 * 3'600'000LL}).substr(0, 16);
  text[10] = ' ';
  return text + " JST";
}

class Page {
 public:
  Page(PdfPage& pdf, bool ja) : pdf_(pdf), ja_(ja) {}
  const char* say(const char* ja, const char* en) const { return ja_ ? ja : en; }
  bool ja() const { return ja_; }

  double head(double x, double y, double room, const char* ja, const char* en) {
    pdf_.text(x, y + 3.4, say(ja, en), heading);
    pdf_.line(x, y + 4.8, x + room, y + 4.8, 0.25, rule);
    return y + 6;
  }
  // "name  value", the value broken into lines.
  double row(double x, double y, double room, const char* ja, const char* en, const std::string& value, int lines = 2) {
    pdf_.text(x, y + 2.9, say(ja, en), small);
    return pdf_.paragraph(x + 24, y, room - 24, value.empty() ? say("不明（記録なし）", "not on record") : value, body, lines);
  }

 private:
  PdfPage& pdf_;
  bool ja_;
};

std::string length(float v) { return std::isfinite(v) ? fmt::format("{:.1f} m", v) : std::string(); }

std::string grade_text(Grade g, bool ja) {
  switch (g) {
    case Grade::not_inspected: return ja ? "点検記録なし" : "not inspected";
    case Grade::exempt: return ja ? "点検対象外" : "exempt";
    default: return inspection::to_string(g);
  }
}

double record(Page& p, double x, double y, double room, const PriorityReport& r, const PriorityRow& row) {
  const auto& s = r.structure(row);
  const auto* reg = r.base->structures->structure_register.get();
  if (reg && row.structure >= reg->size()) reg = nullptr;
  const auto i = row.structure;
  const auto word = [&](inspection::Word w) { return reg ? std::string(reg->word(w)) : std::string(); };
  y = p.head(x, y, room, "諸元", "Record");
  y = p.row(x, y, room, "ID", "ID", s.id);
  if (const auto name = structure_name(*r.base->structures, row.structure, p.ja()); name.size() > 60) y = p.row(x, y, room, "名称", "Name", name, 5);  // the head may cut it
  const auto kind = reg ? reg->kind(i) : inspection::Kind::unknown;
  const bool coded = !p.ja() && kind != inspection::Kind::unknown && kind != inspection::Kind::other;
  y = p.row(x, y, room, "種別", "Kind", coded ? spaced(inspection::to_string(kind)) : s.kind);
  if (reg) {
    y = p.row(x, y, room, "路線", "Road", word(reg->road(i)));
    y = p.row(x, y, room, "管理者", "Owner", word(reg->owner(i)));
    y = p.row(x, y, room, "所在地", "Municipality", word(reg->prefecture(i)) + word(reg->municipality(i)));
    y = p.row(x, y, room, "橋長・幅員", "Length, width", length(reg->length(i)) + (std::isfinite(reg->width(i)) ? " × " + length(reg->width(i)) : ""));
    y = p.row(x, y, room, "架設年", "Built", reg->built(i) ? std::to_string(reg->built(i)) : "");
  }
  y = p.row(x, y, room, "位置", "Place", fmt::format("{:.6f}, {:.6f} (WGS 84)", s.lat, s.lon));
  y = p.row(x, y, room, "通行", "Access",
            row.facts.access == inspection::Access::closed ? p.say("通行止め", "closed") : row.facts.access == inspection::Access::restricted ? p.say("規制あり", "restricted") + (" " + std::string(row.facts.restriction))
            : row.facts.access == inspection::Access::open ? p.say("規制なし", "open") : "");
  y = p.row(x, y, room, "交通量", "Traffic", std::isfinite(row.facts.traffic) ? fmt::format("{:.0f} {}", row.facts.traffic, p.say("台/日", "vehicles a day")) : "");
  return y;
}

// "Inspections, as of 2016-11-30".
double dated_head(Page& p, double x, double y, double room, const char* ja, const char* en, const inspection::Day& day) {
  if (day == inspection::latest_day) return p.head(x, y, room, ja, en);
  return p.head(x, y, room, (ja + fmt::format("（{} 時点）", day_text(day))).c_str(), (en + fmt::format(", as of {}", day_text(day))).c_str());
}

double history(Page& p, PdfPage& pdf, double x, double y, double room, const PriorityReport& r, const PriorityRow& row, const inspection::Day& day) {
  const auto* reg = r.base->structures->structure_register.get();
  y = dated_head(p, x, y, room, "点検履歴", "Inspections", day);
  std::vector<inspection::Inspection> all;
  std::size_t later = 0;
  if (reg && row.structure < reg->size()) {
    for (const auto& one : reg->inspections(row.structure)) {
      if (inspection::is_after(one, day)) ++later;
      else all.push_back(one);
    }
  } else if (row.facts.grade != Grade::not_inspected) {
    all.push_back({static_cast<std::int16_t>(row.facts.year), 0, 0, row.facts.grade, 0});
  } else if (not_inspected_yet(r, row)) {
    later = 1;
  }
  if (all.empty()) {
    const std::string none = row.facts.grade == Grade::exempt ? grade_text(row.facts.grade, p.ja()) : later ? p.say("その時点では点検記録なし", "not inspected by then") : p.say("点検記録なし", "not inspected");
    y = pdf.paragraph(x, y, room, none, body);
    return later ? pdf.paragraph(x, y, room, fmt::format("{} {}", p.say("以後の点検:", "inspections after it:"), later), small) : y;
  }
  constexpr std::size_t most = 6;
  for (std::size_t k = all.size(); k-- > (all.size() > most ? all.size() - most : 0);) {
    const auto& one = all[k];
    pdf.text(x, y + 2.9, one.year ? fmt::format("{}{}", one.year, p.ja() ? "年" : "") : p.say("年不明", "year unknown"), body);
    pdf.text(x + 24, y + 2.9, grade_text(one.grade, p.ja()), one.grade == Grade::III || one.grade == Grade::IV ? PdfPage::Text{8, true, alarm} : strong);
    y += PdfPage::line_height(body);
  }
  if (all.size() > most) y = pdf.paragraph(x, y, room, fmt::format("{} {}", p.say("ほか以前の点検", "earlier inspections:"), all.size() - most), small);
  if (later) y = pdf.paragraph(x, y, room, fmt::format("{} {}", p.say("以後の点検:", "inspections after it:"), later), small);
  if (inspection::overdue(row.facts, r.question.year)) y = pdf.paragraph(x, y, room, p.say("定期点検の期限（5 年）を超過", "overdue: more than 5 years, or none"), PdfPage::Text{8, true, alarm});
  return y;
}

double defects(Page& p, PdfPage& pdf, double x, double y, double room, const PriorityReport& r, const PriorityRow& row, const inspection::Day& day) {
  const auto* reg = r.base->structures->structure_register.get();
  y = dated_head(p, x, y, room, "損傷", "Defects", day);
  if (!reg || row.structure >= reg->size()) return pdf.paragraph(x, y, room, p.say("この記録には損傷の項目がない", "these records have no defects"), small);
  const auto order = inspection::defects_as_of(*reg, row.structure, day);
  if (order.empty()) return pdf.paragraph(x, y, room, reg->defects(row.structure).empty() ? p.say("記録された損傷なし", "none on record") : p.say("その時点では記録なし", "none on record by then"), body);
  constexpr std::size_t most = 8;
  for (std::size_t k = 0; k < std::min(most, order.size()); ++k) {
    const auto& d = *order[k];
    std::string said = part_and_kind(*reg, d, p.ja()) + (d.grade ? fmt::format("  {}", d.grade) : "");
    if (d.response) said += fmt::format("  {}", reg->word(d.response));
    if (d.span) said += fmt::format("  {} {}", p.say("径間", "span"), d.span);
    if (d.year) said += fmt::format("  {}", d.year);
    y = pdf.paragraph(x, y, room, said, body, 1);
  }
  if (order.size() > most) y = pdf.paragraph(x, y, room, fmt::format("{} {}", p.say("ほか", "and more:"), order.size() - most), small);
  return y;
}

double hazards(Page& p, PdfPage& pdf, double x, double y, double room, const PriorityReport& r, const PriorityRow& row) {
  y = p.head(x, y, room, "ハザード", "Hazards");
  bool any = false;
  for (const auto& reason : row.priority.reasons) {
    if (reason.factor != inspection::Factor::hazard) continue;
    any = true;
    y = pdf.paragraph(x, y, room, reason.text.in(p.ja()), reason.value > 0 ? strong : body, 2);
    std::string when = reason.from ? fmt::format("{} {}", p.say("対象時刻", "valid"), jst(*reason.from)) : std::string(p.say("時刻なし", "no times"));
    when += "  " + (reason.issued ? fmt::format("{} {}", p.say("発表", "issued"), jst(*reason.issued)) : std::string(p.say("発表時刻不明", "issue time not stated")));
    y = pdf.paragraph(x, y, room, when, small, 2);
    y = pdf.paragraph(x, y, room, reason.source.empty() ? std::string(p.say("出典の記載なし", "source not stated")) : local_half(reason.source, p.ja()), small, 2) + 0.8;
  }
  for (const auto& h : r.base->hazards)
    if (!h.trouble.empty()) y = pdf.paragraph(x, y, room, h.trouble, small, 2);
  return any ? y : pdf.paragraph(x, y, room, p.say("指定なし", "none is named"), body);
}

double priority(Page& p, PdfPage& pdf, double x, double y, double room, const PriorityReport& r, const PriorityRow& row, std::size_t rank) {
  y = p.head(x, y, room, "優先度", "Priority");
  pdf.text(x, y + 5.2, fmt::format("{:.1f}", row.priority.score), {16, true});
  pdf.text(x + 22, y + 2.9, rank ? fmt::format("{} {} / {}", p.say("順位", "rank"), rank, r.listed) : std::string(p.say("一覧の対象外", "not in the list")), strong);
  const auto& w = r.question.weights;
  y = pdf.paragraph(x + 22, y + 3.6, room - 22,
                    fmt::format("100 × {:.2f}^{:g} × {:.2f}^{:g} × {:.2f}^{:g}  ({})", row.priority.condition, w.condition, row.priority.hazard, w.hazard, row.priority.importance, w.importance,
                                p.say("健全性 × ハザード × 重要度", "condition × hazard × importance")), small, 2) + 0.8;
  for (const auto& reason : row.priority.reasons) {
    const char* name = reason.factor == inspection::Factor::condition ? p.say("健全性", "condition") : reason.factor == inspection::Factor::hazard ? p.say("ハザード", "hazard") : p.say("重要度", "importance");
    pdf.text(x, y + 2.9, name, small);
    pdf.text(x + 17, y + 2.9, fmt::format("{:.2f}", reason.value), reason.decides ? strong : small);
    std::string said = reason.text.in(p.ja());
    if (!reason.known) said += p.say("（不明: 規定の値）", " (unknown: the documented value)");
    if (reason.year) said += fmt::format("  {}", reason.year);
    if (!reason.source.empty()) said += "  [" + local_half(reason.source, p.ja()) + "]";
    y = pdf.paragraph(x + 26, y, room - 26, said, body, 3);
  }
  return y;
}

double detour(Page& p, PdfPage& pdf, double x, double y, double room, const PriorityReport& r, const PriorityRow& row) {
  y = p.head(x, y, room, "迂回路", "Way round");
  if (!row.detour) return pdf.paragraph(x, y, room, r.base->roads_trouble.empty() ? p.say("道路ネットワークの指定なし", "no road network is named") : r.base->roads_trouble.c_str(), body, 2);
  y = pdf.paragraph(x, y, room, detour_words(*row.detour, p.ja()), strong, 2);
  if (row.detour_now) y = pdf.paragraph(x, y, room, fmt::format("{}: {}", p.say("浸水した道路を除くと", "without the roads under water"), detour_words(*row.detour_now, p.ja())), strong, 2);
  return y;
}

}  // namespace

Status write_sheet(const std::filesystem::path& path, const PriorityReport& r, const PriorityRow& row, std::size_t rank, const SheetPicture& picture, const inspection::Day& day, geo::Instant made,
                   bool ja) {
  const auto& s = r.structure(row);
  const auto& output = *r.base->structures;
  std::string title = structure_name(output, row.structure, ja);
  if (title.empty()) title = s.id;
  PdfPage pdf(title, ja ? "構造物個票" : "Structure sheet", geo::format_utc(made));
  Page p(pdf, ja);
  double y = margin;
  Actuality meant = Actuality::actual;
  for (const auto& h : r.base->hazards) meant = std::max(meant, h.source.actuality);
  if (meant != Actuality::actual) {
    pdf.rect(margin, y, inner, 6, alarm);
    pdf.text(margin + 3, y + 4.3, banner_words(meant), {10, true, {255, 255, 255, 255}});
    y += 8;
  }
  y = pdf.paragraph(margin, y, inner - 60, title, {17, true}, 2);
  pdf.paragraph(PdfPage::width - margin - 56, margin + (meant != Actuality::actual ? 8 : 0) + 1, 56, fmt::format("{} {}\n{} {}", p.say("作成", "made"), jst(made), p.say("表示時刻", "as of"), r.question.time ? jst(*r.question.time) : std::string(p.say("なし", "no time"))), small, 3);
  y += 1;
  constexpr double map_height = 88;
  if (picture.map.width > 0) pdf.image(picture.map, margin, y, inner, map_height);
  else pdf.text(margin, y + 6, p.say("地図なし（描画装置がない）", "no map: there is no graphics device"), body);
  y += map_height + 3;
  constexpr double room = (inner - 6) / 2, right = margin + room + 6;
  double left = record(p, margin, y, room, r, row) + 2;
  left = history(p, pdf, margin, left, room, r, row, day) + 2;
  left = defects(p, pdf, margin, left, room, r, row, day) + 2;
  double beside = priority(p, pdf, right, y, room, r, row, rank) + 2;
  beside = hazards(p, pdf, right, beside, room, r, row) + 2;
  beside = detour(p, pdf, right, beside, room, r, row) + 2;
  constexpr double sources_from = 262;  // mm
  (left <= beside ? left : beside) = sheet_photos(pdf, left <= beside ? margin : right, std::min(left, beside), room, sources_from - 1, r, row, day, ja);
  y = std::max({left, beside, sources_from});
  y = p.head(margin, y, inner, "出典", "Sources");
  const auto source = [&](const char* role_ja, const char* role_en, const ImpactSource& of) {
    std::string said = std::string(p.say(role_ja, role_en)) + ": " + (of.title.empty() ? of.layer : of.title) + " — " + (of.source.empty() ? std::string(p.say("出典の記載なし", "source not stated")) : local_half(of.source, ja));
    if (of.issue_time) said += fmt::format(" ({} {})", p.say("発表", "issued"), jst(*of.issue_time));
    if (y < PdfPage::height - 11) y = pdf.paragraph(margin, y, inner, said, small, 1);
  };
  source("点検記録", "inspections", r.base->source);
  for (const auto& h : r.base->hazards) source("ハザード", "hazard", h.source);
  if (r.base->roads) source("道路", "roads", r.base->roads_source);
  pdf.text(margin, PdfPage::height - 7, p.say("優先度は順序付けのための指標であり、構造物の安全性を判定するものではない。Tenbo", "The priority is for an order, and judges no structure's safety. Tenbo"), small);
  return pdf.write(path);
}

}  // namespace tenbo::runtime
