#include "city_gml.h"

namespace tenbo::io::make_city_detail {
namespace {

struct Code { const char *code, *word; };

TextFile code_list(const std::string& name, std::initializer_list<Code> codes) {
  std::string t = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gml:Dictionary xmlns:gml=\"http://www.opengis.net/gml\" gml:id=\"cl_" +
                  name + "\">\n<gml:name>" + name + "</gml:name>\n";
  int n = 0;
  for (const Code& c : codes) {
    t += "<gml:dictionaryEntry><gml:Definition gml:id=\"" + name + "_" + std::to_string(++n) + "\"><gml:description>" + c.word +
         "</gml:description><gml:name>" + c.code + "</gml:name></gml:Definition></gml:dictionaryEntry>\n";
  }
  return {"codelists/" + name + ".xml", t + "</gml:Dictionary>\n"};
}

}  // namespace

std::vector<TextFile> code_lists() {
  return {
      code_list("Building_class", {{"3001", "普通建物"}, {"3002", "堅ろう建物"}, {"3003", "普通無壁舎"}, {"3004", "堅ろう無壁舎"}}),
      code_list("Building_usage",
                {{"401", "業務施設"}, {"402", "商業施設"}, {"403", "宿泊施設"}, {"404", "商業系複合施設"}, {"411", "住宅"},
                 {"412", "共同住宅"}, {"413", "店舗等併用住宅"}, {"414", "店舗等併用共同住宅"}, {"415", "作業所併用住宅"},
                 {"421", "官公庁施設"}, {"422", "文教厚生施設"}, {"431", "運輸倉庫施設"}, {"441", "工場"}, {"451", "農林漁業用施設"},
                 {"452", "供給処理施設"}, {"453", "防衛施設"}, {"454", "その他"}, {"461", "不明"}}),
      code_list("BuildingDetailAttribute_buildingStructureType",
                {{"601", "木造・土蔵造"}, {"602", "鉄骨鉄筋コンクリート造"}, {"603", "鉄筋コンクリート造"}, {"604", "鉄骨造"}}),
      code_list("BuildingInstallation_function", {{"1000", "屋上設備"}}),
      code_list("RiverFloodingRiskAttribute_description", {{"1", "展望川水系展望川"}}),
      code_list("RiverFloodingRiskAttribute_rank",
                {{"1", "0.5m未満"}, {"2", "0.5m以上3m未満"}, {"3", "3m以上5m未満"}, {"4", "5m以上10m未満"},
                 {"5", "10m以上20m未満"}, {"6", "20m以上"}}),
      code_list("RiverFloodingRiskAttribute_adminType", {{"1", "国"}, {"2", "都道府県"}}),
      code_list("RiverFloodingRiskAttribute_scale", {{"1", "L1（計画規模）"}, {"2", "L2（想定最大規模）"}}),
      code_list("Common_localPublicAuthorities", {{"99999", "展望市（架空）"}}),
      code_list("Bridge_class", {{"1010", "桁橋"}, {"1020", "アーチ橋"}, {"1030", "トラス橋"}, {"1040", "斜張橋"}, {"1050", "床版橋"}}),
      code_list("Bridge_function", {{"01", "道路橋"}, {"02", "鉄道橋"}}),
      code_list("Road_function", {{"3", "市町村道"}, {"2", "都道府県道"}}),
      code_list("SolitaryVegetationObject_class", {{"1070", "落葉広葉樹"}, {"1060", "常緑針葉樹"}}),
      code_list("WaterBody_class", {{"1000", "海"}, {"1020", "河川"}, {"1030", "運河・水路"}}),
  };
}

}  // namespace tenbo::io::make_city_detail
