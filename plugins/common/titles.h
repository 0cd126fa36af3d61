#pragma once
// What messages call themselves, in the language of the reader. The English names are ours, not yet compared with the Agency's own; a title that is
// not among them stays as it is.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace hazard {

inline std::string english_title(const std::string& title) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 19> names{{
      {"震度速報", "Seismic Intensity Information"},
      {"震源に関する情報", "Earthquake Information"},
      {"震源・震度に関する情報", "Earthquake and Seismic Intensity Information"},
      {"遠地地震に関する情報", "Distant Earthquake Information"},
      {"長周期地震動に関する観測情報", "Long-period Ground Motion Information"},
      {"顕著な地震の震源要素更新のお知らせ", "Update of the Hypocentre"},
      {"緊急地震速報（警報）", "Earthquake Early Warning (Warning)"},
      {"緊急地震速報（予報）", "Earthquake Early Warning (Forecast)"},
      {"緊急地震速報（地震動予報）", "Earthquake Early Warning (Ground Motion Forecast)"},
      {"津波観測に関する情報", "Tsunami Observation Information"},
      {"沖合の津波観測に関する情報", "Offshore Tsunami Observation Information"},
      {"津波警報・注意報・予報", "Tsunami Warning/Advisory/Forecast"},
      {"津波情報", "Tsunami Information"},
      {"気象特別警報・警報・注意報", "Weather Warnings/Advisories"},
      {"気象警報・注意報", "Weather Warnings/Advisories"},
      {"土砂災害警戒情報", "Landslide Alert Information"},
      {"指定河川洪水予報", "Flood Forecast for a Designated River"},
      {"噴火警報・予報", "Volcanic Warning/Forecast"},
      {"噴火速報", "Eruption Notice"},
  }};
  std::string_view t = title;
  if (t.ends_with('a') || t.ends_with('b')) t.remove_suffix(1);  // 津波情報a: of two kinds of one message
  const auto it = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == t; });
  return it == names.end() ? title : std::string(it->second);
}

// Of "日本語 / English" the half; "" in English where the text is Japanese alone: a sentence of another language says nothing there.
inline std::string headline_in(const std::string& text, bool japanese) {
  const auto other = [](std::string_view s) { return std::any_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }); };
  const auto slash = text.find(" / ");
  if (slash != std::string::npos && text.find(" / ", slash + 3) == std::string::npos && other(std::string_view(text).substr(0, slash)) && !other(std::string_view(text).substr(slash)))
    return japanese ? text.substr(0, slash) : text.substr(slash + 3);
  return japanese || !other(text) ? text : std::string();
}

// "TITLE: HEADLINE" (in Japanese a blank between them), of what there is.
inline std::string title_and_headline(const std::string& title, const std::string& headline, bool japanese) {
  const auto said = headline_in(headline, japanese), name = japanese ? title : english_title(title);
  return said.empty() ? name : name + (japanese ? " " : ": ") + said;
}

}  // namespace hazard
