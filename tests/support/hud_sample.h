#pragma once
// A full HUD as a flood control room would have it, in either language, for pictures and layout tests.
#include "tenbo/runtime/hud.h"
#include "tenbo/runtime/text_table.h"

namespace tenbo::test {

inline runtime::HudInput sample_hud(glm::uvec2 size, bool japanese) {
  using namespace runtime;
  const auto say = [japanese](const char* ja, const char* en) { return std::string(japanese ? ja : en); };
  HudInput in;
  static const TextTable words = TextTable::load(TENBO_SOURCE_DIR "/assets/lang").value();
  in.words = &words;
  in.size = size;
  in.language = japanese ? Language::ja : Language::en;
  in.place = say("河口市　千鳥川 洪水予測", "Kawaguchi City — Chidori River flood forecast");
  in.time = "2026-11-21 09:30 JST";
  in.time_note = say("予報 +3 h 30 min　発表 06:00 JST", "Forecast +3 h 30 min · issued 06:00 JST");
  in.banners = {say("訓練　EXERCISE", "EXERCISE　訓練")};
  in.notices = {say("標高の基準: ジオイドなし。すべて標高 (T.P.) のまま描いています", "No geoid grid: all heights stay orthometric (T.P.)"),
                say("雨量計: 最終受信 12 分前", "Rain gauges: last report 12 min ago")};
  Legend depth{say("浸水深", "Flood depth"), "m", say("国土交通省 ハザードマップ作成の手引き", "MLIT hazard-map guide"),
               say("対象 09:30　発表 06:00 JST", "valid 09:30 · issued 06:00 JST"),
               {{{247, 245, 169, 255}, say("0.5 m 未満", "< 0.5 m")}, {{255, 216, 192, 255}, "0.5–3 m"}, {{255, 183, 183, 255}, "3–5 m"},
                {{255, 145, 145, 255}, "5–10 m"}, {{242, 133, 201, 255}, "10–20 m"}, {{220, 122, 220, 255}, say("20 m 以上", "≥ 20 m")}},
               true};
  depth.age = say("遅延 · 3 時間前", "LATE · 3 h old");
  depth.freshness = Freshness::late;
  Legend grade{say("橋梁の健全性", "Bridge condition"), "", say("点検記録 2025 年度", "inspection records, FY 2025"), "",
               {{{150, 158, 166, 255}, say("未点検", "Not inspected"), MarkerShape::hexagon, "?"},
                {{44, 123, 182, 255}, say("I 健全", "I  Sound"), MarkerShape::circle, "I"},
                {{242, 230, 74, 255}, say("II 予防保全", "II  Preventive"), MarkerShape::square, "II"},
                {{224, 120, 0, 255}, say("III 早期措置", "III  Early action"), MarkerShape::triangle, "III"},
                {{165, 0, 52, 255}, say("IV 緊急措置", "IV  Urgent"), MarkerShape::diamond, "IV"}}};
  grade.age = say("更新なし · 14 日前", "STALE · 14 d old");
  grade.freshness = Freshness::stale;
  in.legends = {depth, grade};
  in.attributions = {say("3D都市モデル（Project PLATEAU）国土交通省", "3D city model (Project PLATEAU), MLIT"),
                     say("地理院タイル（標高）", "GSI elevation tiles"), say("洪水予測: デモ", "Flood forecast: demo")};
  in.metres_per_pixel = 2.35;
  in.heading = 28;
  in.datum = say("標高 T.P.（JGD2011）", "Height: T.P. (JGD2011)");
  const char* names[] = {"千鳥橋", "中央大橋", "新川橋", "髙﨑橋", "𠮷野橋", "港大橋", "水門橋", "第二千鳥橋"};
  const char* english[] = {"Chidori Bridge", "Central Bridge", "Shinkawa Bridge", "Takasaki Bridge", "Yoshino Bridge", "Harbour Bridge", "Sluice Bridge", "Chidori No. 2"};
  const glm::vec2 s(size);
  for (int i = 0; i < 26; ++i) {
    Marker m;
    const auto& of = grade.classes[static_cast<std::size_t>(i * 7 % 5)];
    m.foot = {s.x * (0.30f + 0.016f * static_cast<float>(i * 11 % 29)), s.y * (0.40f + 0.011f * static_cast<float>(i * 17 % 31))};
    if (i % 4 == 0 && i > 0) m.foot = in.markers[static_cast<std::size_t>(i - 1)].foot + glm::vec2(9, 6);
    m.pixel = m.foot - glm::vec2(0, 52);
    m.depth = 3000 - m.foot.y;
    m.shape = *of.shape;
    m.colour = of.colour;
    m.letter = of.letter;
    m.label = japanese ? names[i % 8] : english[i % 8];
    m.selected = i == 5;
    in.markers.push_back(m);
  }
  for (int i = 0; i < 12; ++i) {  // shelters: places without a letter
    Marker m;
    m.pixel = m.foot = {s.x * (0.12f + 0.07f * static_cast<float>(i * 5 % 12)), s.y * (0.42f + 0.045f * static_cast<float>(i * 7 % 12))};
    m.depth = 2500;
    m.colour = {64, 145, 108, 255};
    m.label = say("避難所", "Shelter");
    in.markers.push_back(m);
  }
  const char* places[] = {"市役所", "中央病院", "河口駅", "第一小学校", "港町三丁目", "避難所 ㎥", "水位 ≥ 3.2 m", "気温 12 ℃"};
  for (int i = 0; i < 40; ++i)
    in.labels.push_back({{s.x * (0.05f + 0.023f * static_cast<float>(i * 13 % 40)), s.y * (0.36f + 0.0145f * static_cast<float>(i * 23 % 40))},
                         1000.f + static_cast<float>(i), i % 3, places[i % 8]});
  return in;
}

}  // namespace tenbo::test
