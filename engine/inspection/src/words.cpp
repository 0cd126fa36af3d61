// The words of lists for kinds of structures, members and defects.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "tenbo/inspection/register.h"

namespace tenbo::inspection {
namespace {
template <class T, std::size_t N>
using Table = std::array<std::pair<const char*, T>, N>;

std::string plain(std::string_view word) {
  std::string out;
  for (const char c : word)
    if (c != ' ' && c != '_' && c != '-' && c != '\t') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// The first entry whose word stands in `word`: longer and more particular ones come first in the tables.
template <class T, std::size_t N>
T look_up(std::string_view word, const Table<T, N>& table) {
  const std::string w = plain(word);
  if (w.empty()) return T::unknown;
  for (const auto& [part, value] : table)
    if (w.find(part) != std::string::npos) return value;
  return T::other;
}

template <class T, std::size_t N>
const char* name_of(T value, const std::array<const char*, N>& names) {
  const auto i = static_cast<std::size_t>(value);
  return i < N ? names[i] : "other";
}
}  // namespace

const char* to_string(Kind kind) {
  return name_of(kind, std::array{"unknown", "bridge", "footbridge", "tunnel", "culvert", "gantry", "retaining_wall", "slope", "other"});
}
Kind read_kind(std::string_view word) {
  static constexpr auto table = std::to_array<std::pair<const char*, Kind>>({
      {"横断歩道橋", Kind::footbridge}, {"歩道橋", Kind::footbridge}, {"footbridge", Kind::footbridge}, {"pedestrian", Kind::footbridge},
      {"トンネル", Kind::tunnel}, {"tunnel", Kind::tunnel}, {"シェッド", Kind::tunnel}, {"シェルター", Kind::tunnel}, {"shed", Kind::tunnel},
      {"カルバート", Kind::culvert}, {"culvert", Kind::culvert}, {"門型", Kind::gantry}, {"標識", Kind::gantry}, {"gantry", Kind::gantry}, {"sign", Kind::gantry},
      {"擁壁", Kind::retaining_wall}, {"retaining", Kind::retaining_wall}, {"法面", Kind::slope}, {"のり面", Kind::slope}, {"斜面", Kind::slope},
      {"土工", Kind::slope}, {"slope", Kind::slope}, {"橋", Kind::bridge}, {"bridge", Kind::bridge}, {"viaduct", Kind::bridge}, {"overpass", Kind::bridge}});
  return look_up(word, table);
}

const char* to_string(Member member) {
  return name_of(member, std::array{"unknown", "main_girder", "cross_beam", "deck", "abutment", "pier", "foundation", "bearing", "expansion_joint",
                                    "railing", "pavement", "wing_wall", "arch", "truss", "cable", "lining", "portal", "wall", "column",
                                    "foundation_bolt", "attachment", "other"});
}
Member read_member(std::string_view word) {
  static constexpr auto table = std::to_array<std::pair<const char*, Member>>({
      {"横桁", Member::cross_beam}, {"対傾構", Member::cross_beam}, {"縦桁", Member::cross_beam}, {"crossbeam", Member::cross_beam}, {"diaphragm", Member::cross_beam},
      {"床版", Member::deck}, {"deck", Member::deck}, {"slab", Member::deck}, {"アーチ", Member::arch}, {"arch", Member::arch},
      {"トラス", Member::truss}, {"truss", Member::truss}, {"ケーブル", Member::cable}, {"吊材", Member::cable}, {"ハンガー", Member::cable}, {"hanger", Member::cable}, {"cable", Member::cable},
      {"主桁", Member::main_girder}, {"桁", Member::main_girder}, {"girder", Member::main_girder}, {"beam", Member::main_girder},
      {"橋台", Member::abutment}, {"abutment", Member::abutment}, {"橋脚", Member::pier}, {"pier", Member::pier},
      {"アンカーボルト", Member::foundation_bolt}, {"foundationbolt", Member::foundation_bolt}, {"anchorbolt", Member::foundation_bolt},
      {"基礎", Member::foundation}, {"foundation", Member::foundation}, {"支承", Member::bearing}, {"bearing", Member::bearing},
      {"伸縮", Member::expansion_joint}, {"joint", Member::expansion_joint}, {"高欄", Member::railing}, {"防護柵", Member::railing}, {"railing", Member::railing},
      {"parapet", Member::railing}, {"舗装", Member::pavement}, {"pavement", Member::pavement}, {"翼壁", Member::wing_wall}, {"wingwall", Member::wing_wall},
      {"覆工", Member::lining}, {"lining", Member::lining}, {"坑門", Member::portal}, {"portal", Member::portal}, {"側壁", Member::wall}, {"頂版", Member::deck},
      {"底版", Member::foundation}, {"wall", Member::wall}, {"支柱", Member::column}, {"column", Member::column}, {"附属物", Member::attachment},
      {"添架物", Member::attachment}, {"attachment", Member::attachment}});
  return look_up(word, table);
}

const char* to_string(DefectKind kind) {
  return name_of(kind, std::array{"unknown", "crack", "spalling", "exposed_rebar", "corrosion", "fatigue_crack", "loose_bolt", "break_off", "leakage",
                                  "free_lime", "lifting", "deformation", "settlement", "scour", "abnormal_gap", "unevenness", "paint_loss",
                                  "blocked_drain", "bearing_failure", "other"});
}
DefectKind read_defect_kind(std::string_view word) {
  static constexpr auto table = std::to_array<std::pair<const char*, DefectKind>>({
      {"鉄筋露出", DefectKind::exposed_rebar}, {"exposedrebar", DefectKind::exposed_rebar}, {"剥離", DefectKind::spalling}, {"はく離", DefectKind::spalling},
      {"剥落", DefectKind::spalling}, {"spall", DefectKind::spalling}, {"遊離石灰", DefectKind::free_lime}, {"freelime", DefectKind::free_lime},
      {"efflorescence", DefectKind::free_lime}, {"亀裂", DefectKind::fatigue_crack}, {"fatigue", DefectKind::fatigue_crack},
      {"ひびわれ", DefectKind::crack}, {"ひび割れ", DefectKind::crack}, {"クラック", DefectKind::crack}, {"crack", DefectKind::crack},
      {"防食機能", DefectKind::paint_loss}, {"塗装", DefectKind::paint_loss}, {"paint", DefectKind::paint_loss}, {"coating", DefectKind::paint_loss},
      {"腐食", DefectKind::corrosion}, {"corrosion", DefectKind::corrosion}, {"rust", DefectKind::corrosion}, {"ゆるみ", DefectKind::loose_bolt},
      {"脱落", DefectKind::loose_bolt}, {"loose", DefectKind::loose_bolt}, {"破断", DefectKind::break_off}, {"fracture", DefectKind::break_off},
      {"漏水", DefectKind::leakage}, {"滞水", DefectKind::leakage}, {"leak", DefectKind::leakage}, {"うき", DefectKind::lifting}, {"delamination", DefectKind::lifting},
      {"洗掘", DefectKind::scour}, {"scour", DefectKind::scour}, {"沈下", DefectKind::settlement}, {"移動", DefectKind::settlement}, {"傾斜", DefectKind::settlement},
      {"settlement", DefectKind::settlement}, {"遊間", DefectKind::abnormal_gap}, {"gap", DefectKind::abnormal_gap}, {"路面の凹凸", DefectKind::unevenness},
      {"uneven", DefectKind::unevenness}, {"土砂詰まり", DefectKind::blocked_drain}, {"blocked", DefectKind::blocked_drain}, {"支承", DefectKind::bearing_failure},
      {"bearing", DefectKind::bearing_failure}, {"変形", DefectKind::deformation}, {"欠損", DefectKind::deformation}, {"deform", DefectKind::deformation}});
  return look_up(word, table);
}

}  // namespace tenbo::inspection
