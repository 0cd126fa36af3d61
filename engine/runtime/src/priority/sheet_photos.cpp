#include "sheet_photos.h"

#include <fmt/format.h>

#include <algorithm>

#include "tenbo/base/text.h"
#include "tenbo/inspection/history.h"
#include "tenbo/io/photo.h"

namespace tenbo::runtime {
namespace {

using io::PdfPage;

constexpr std::size_t most = 2;       // drawn; more have no room
constexpr std::size_t most_named = 4;  // of those that cannot be
constexpr double least_high = 18;     // mm: smaller shows nothing
constexpr Rgba8 quiet{90, 98, 108, 255}, rule{200, 205, 212, 255}, alarm{190, 20, 30, 255};
constexpr PdfPage::Text small{7, false, quiet}, warning{7, false, alarm}, heading{9.5, true};

}  // namespace

std::string spaced(std::string code) {
  std::replace(code.begin(), code.end(), '_', ' ');
  return code;
}

std::string part_and_kind(const inspection::Register& r, const inspection::Defect& d, bool ja) {
  const auto of = [&](inspection::Word word, bool known, const char* code) {
    return word && (ja || !known) ? std::string(r.word(word)) : spaced(code);
  };
  return of(d.member_word, d.member != inspection::Member::unknown && d.member != inspection::Member::other, inspection::to_string(d.member)) + " / " +
         of(d.kind_word, d.kind != inspection::DefectKind::unknown && d.kind != inspection::DefectKind::other, inspection::to_string(d.kind));
}

namespace {
std::string about(const inspection::Register& r, const inspection::Defect& d, const std::string& source, bool ja) {
  std::string out = part_and_kind(r, d, ja);
  if (d.grade) out += fmt::format(" {}", d.grade);
  if (d.span) out += ja ? fmt::format(" · 第{}径間", d.span) : fmt::format(" · span {}", d.span);
  if (d.element) out += fmt::format(" · {} {}", ja ? "部材番号" : "element", r.word(d.element));
  out += " · ";
  if (!d.year) out += ja ? "撮影日の記載なし" : "date not stated";
  else out += d.month && d.day ? fmt::format("{}-{:02}-{:02}", d.year, d.month, d.day) : std::to_string(d.year);
  return out + " · " + (source.empty() ? (ja ? "出典の記載なし" : "source not stated") : source);
}

}  // namespace

double sheet_photos(PdfPage& pdf, double x, double y, double room, double bottom, const PriorityReport& report, const PriorityRow& row,
                    const inspection::Day& day, bool ja) {
  const auto& output = *report.base->structures;
  const auto* r = output.structure_register.get();
  if (!r || row.structure >= r->size()) return y;
  std::vector<const inspection::Defect*> order;
  for (const auto* d : inspection::defects_as_of(*r, row.structure, day))
    if (d->photo) order.push_back(d);
  if (order.empty()) return y;
  std::string source(r->word(r->source(row.structure)));
  source = local_half(source.empty() ? output.source : source, ja);

  struct Shown { Image picture; const inspection::Defect* of; };
  std::vector<Shown> shown;
  std::vector<std::string> refused;
  std::size_t untried = 0;
  for (const auto* d : order) {
    if (shown.size() == most || refused.size() == most_named) {
      ++untried;
      continue;
    }
    const std::string name(r->word(d->photo));
    if (output.photos.empty()) {
      refused.push_back(name + ": " + (ja ? "写真フォルダの指定なし" : "the layer names no folder of photographs"));
      continue;
    }
    io::PhotoLimits limits;
    limits.edge = 1024;  // px: 90 mm at 290 dots an inch
    auto read = io::read_photo(output.photos, name, limits);
    if (read) shown.push_back({std::move(*read), d});
    else refused.push_back(name + ": " + read.error().message);
  }
  pdf.text(x, y + 3.4, ja ? "写真" : "Photographs", heading);
  pdf.line(x, y + 4.8, x + room, y + 4.8, 0.25, rule);
  y += 6;
  const double below = static_cast<double>(refused.size()) * 2 * PdfPage::line_height(small) + (untried ? PdfPage::line_height(small) : 0);
  if (!shown.empty()) {
    constexpr double gap = 3;
    const double wide = (room - gap * static_cast<double>(shown.size() - 1)) / static_cast<double>(shown.size());
    const double high = std::min(56.0, bottom - y - below - 4 * PdfPage::line_height(small));
    double lowest = y;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const auto& [picture, defect] = shown[i];
      const double left = x + static_cast<double>(i) * (wide + gap), ratio = static_cast<double>(picture.width) / std::max(1.0, static_cast<double>(picture.height));
      double under = y;
      if (high >= least_high) {
        const double w = std::min(wide, high * ratio), h = w / ratio;
        pdf.image(picture, left, y, w, h);
        under += h + 0.6;
      } else {
        under = pdf.paragraph(left, under, wide, ja ? "紙面に余白がなく写真を載せられない" : "no room on the page for the photograph", warning, 2);
      }
      lowest = std::max(lowest, pdf.paragraph(left, under, wide, about(*r, *defect, source, ja), small, 4));
    }
    y = lowest;
  }
  for (const auto& why : refused) y = pdf.paragraph(x, y, room, (ja ? "掲載不可 " : "not shown: ") + why, warning, 2);
  if (untried) y = pdf.paragraph(x, y, room, fmt::format("{} {}", ja ? "ほかの写真:" : "more photographs:", untried), small, 1);
  return y;
}

}  // namespace tenbo::runtime
