#include "tenbo/inspection/columns.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "tenbo/inspection/list_words.h"

namespace tenbo::inspection {
namespace {
using Words = std::span<const std::string_view>;

// After key(): best first. xROAD's keys are those of the public road-facility database (RSDB).
constexpr std::string_view id_words[] = {"施設id", "施設番号", "橋梁id", "橋梁番号", "橋梁コード", "施設コード", "管理番号", "整理番号", "id", "facilityid",
                                         "bridgeid", "structureid", "structurenumber", "structurenumber008", "assetid", "uid", "guid", "rsdb:shisetsuid", "番号", "no", "fid", "objectid"};
constexpr std::string_view name_words[] = {"施設名", "施設名称", "橋梁名", "橋りょう名", "橋名", "トンネル名", "名称", "rsdb:syogen.shisetsu.meisyou", "name",
                                           "bridgename", "facilityname", "structurename", "structure", "title", "名前", "facilitycarried007", "label"};
constexpr std::string_view kind_words[] = {"施設区分", "施設種別", "施設種類", "構造物種別", "種別", "種類", "構造形式", "橋種", "rsdb:shisetsukubun", "kind", "type",
                                           "facilitytype", "structuretype", "structurekind043a", "category", "class", "区分"};
constexpr std::string_view grade_words[] = {"判定区分", "健全性の診断", "健全性診断", "健全性", "健全度", "健全度判定", "判定区分健全性", "診断結果", "点検結果", "総合判定",
                                            "判定", "rsdb:tenken.kiroku.hanteikubun", "hanteikubun", "grade", "healthgrade", "healthrank", "soundness", "rating", "conditionrating",
                                            "condition", "bridgecondition", "risktype"};
constexpr std::string_view year_words[] = {"点検年度", "点検実施年度", "最新点検年度", "点検年", "点検年月日", "点検日", "点検実施年月日", "診断年度", "調査年度", "rsdb:tenken.nendo",
                                           "nendo", "inspectionyear", "yearofinspection", "inspectedyear", "inspectiondate", "dateofinspection", "dateinspected", "lastinspected", "inspectedon", "lastinspectiondate", "lastinspection",
                                           "dateofinspect090", "surveyyear", "年度", "year"};
constexpr std::string_view source_words[] = {"出典", "データ出典", "情報源", "source", "datasource", "管理者", "管理者名", "道路管理者", "rsdb:syogen.kanrisya.meisyou", "owner", "agency", "authority"};
constexpr std::string_view road_words[] = {"路線名", "路線", "道路名", "道路種別", "rsdb:syogen.rosen.meisyou", "road", "roadname", "route", "hwyname", "facilitycarried007"};
constexpr std::string_view owner_words[] = {"管理者", "管理者名", "道路管理者", "rsdb:syogen.kanrisya.meisyou", "owner", "agency", "authority"};
constexpr std::string_view prefecture_words[] = {"都道府県", "都道府県名", "rsdb:syogen.gyouseikuiki.todoufukenmei", "prefecture", "state"};
constexpr std::string_view municipality_words[] = {"市区町村", "市区町村名", "市町村", "市町村名", "所在地", "rsdb:syogen.gyouseikuiki.shikuchousonmei", "municipality", "city", "county"};
constexpr std::string_view built_words[] = {"架設年度", "架設年", "架設年次", "竣工年", "竣工年度", "建設年度", "建設年", "完成年度", "供用開始年", "rsdb:syogen.kasetsunendo", "yearbuilt", "built", "constructionyear", "yearbuilt027"};
constexpr std::string_view length_words[] = {"橋長", "延長", "rsdb:syogen.kyouchou", "length", "bridgelength", "decklength", "structurelenmt049"};
constexpr std::string_view width_words[] = {"幅員", "全幅員", "有効幅員", "rsdb:syogen.fukuin", "width", "deckwidth", "deckwidthmt052"};
constexpr std::string_view traffic_words[] = {"交通量", "日交通量", "24時間交通量", "traffic", "adt", "aadt", "adt029"};
constexpr std::string_view importance_words[] = {"重要度", "importance"};
constexpr std::string_view emergency_words[] = {"緊急輸送道路", "emergencyroute"};
constexpr std::string_view restriction_words[] = {"通行規制", "規制", "荷重制限", "restriction"};
constexpr std::string_view previous_grade_words[] = {"前回判定区分", "前回の判定区分", "前回健全性", "前回判定", "previousgrade"};
constexpr std::string_view previous_year_words[] = {"前回点検年度", "前回の点検年度", "前回点検年", "前回点検年月日", "previousyear", "previousinspectionyear"};
// Words in a column's name that say it is about something else: the inspection before the last, the year of building.
constexpr std::string_view elsewhere[] = {"前回", "前々回", "過去", "previous", "prev", "前年", "架設", "竣工", "建設", "完成", "供用", "built", "construct", "次回", "予定", "next", "措置年度", "rehab", "kasetsu"};

Words words_of(Role role) {
  switch (role) {
    case Role::id: return id_words;
    case Role::name: return name_words;
    case Role::kind: return kind_words;
    case Role::grade: return grade_words;
    case Role::year: return year_words;
    case Role::source: return source_words;
    case Role::road: return road_words;
    case Role::owner: return owner_words;
    case Role::prefecture: return prefecture_words;
    case Role::municipality: return municipality_words;
    case Role::built: return built_words;
    case Role::length: return length_words;
    case Role::width: return width_words;
    case Role::traffic: return traffic_words;
    case Role::importance: return importance_words;
    case Role::emergency: return emergency_words;
    case Role::restriction: return restriction_words;
    case Role::previous_grade: return previous_grade_words;
    case Role::previous_year: return previous_year_words;
  }
  return {};
}

// A column's name without what spellings differ in: case, width, blanks, _ and -, units and remarks in brackets.
std::string key(std::string_view column) {
  std::string s = plain(column);
  for (const auto open : {"(", "（", "[", "【"})
    if (const auto at = s.find(open); at != std::string::npos && at > 0) s.erase(at);
  std::erase_if(s, [](char c) { return c == ' ' || c == '_' || c == '-'; });
  return s;
}

// Whose columns are named for what other roles must not take; only whole names count for them.
bool is_by_itself(Role role) { return role >= Role::road; }

bool is_ascii(std::string_view s) { return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 128; }); }
}  // namespace

std::optional<std::uint32_t> guess(Role role, const std::vector<std::string>& columns) {
  std::vector<std::string> keys;
  for (const auto& c : columns) {
    auto k = key(c);
    if (!is_by_itself(role) && std::any_of(std::begin(elsewhere), std::end(elsewhere), [&](auto w) { return k.find(w) != std::string::npos; })) k.clear();
    keys.push_back(std::move(k));
  }
  for (const auto word : words_of(role))
    for (std::uint32_t i = 0; i < keys.size(); ++i)
      if (keys[i] == word) return i;
  if (is_by_itself(role)) return std::nullopt;
  // A longer name that contains the word ("橋梁の判定区分", "最新の点検年度"): only words long enough to mean it.
  for (const auto word : words_of(role))
    if (is_ascii(word) ? word.size() >= 8 : word.size() >= 9)
      for (std::uint32_t i = 0; i < keys.size(); ++i)
        if (keys[i].find(word) != std::string::npos) return i;
  return std::nullopt;
}

}  // namespace tenbo::inspection
