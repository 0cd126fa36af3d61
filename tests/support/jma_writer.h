#pragma once
// Messages of the Agency as a test needs them: heads and bodies of earthquakes and tsunamis.
#include <string>
#include <vector>

namespace tenbo::test {

struct JmaHead {
  std::string title, body_namespace = "http://xml.kishou.go.jp/jmaxml1/body/seismology1/";
  std::string time = "2026-09-13T06:00:00+09:00", event = "20260913055500", serial, status = "通常", info = "発表", headline = "地震がありました。";
};
inline std::string jma_message(const JmaHead& h, const std::string& body) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Report xmlns=\"http://xml.kishou.go.jp/jmaxml1/\"><Control><Title>" + h.title +
         "</Title><DateTime>2026-09-12T21:00:00Z</DateTime><Status>" + h.status + "</Status><EditorialOffice>気象庁本庁</EditorialOffice><PublishingOffice>気象庁</PublishingOffice></Control>"
         "<Head xmlns=\"http://xml.kishou.go.jp/jmaxml1/informationBasis1/\"><Title>" + h.title + "</Title><ReportDateTime>" + h.time + "</ReportDateTime><TargetDateTime>" + h.time +
         "</TargetDateTime><EventID>" + h.event + "</EventID><InfoType>" + h.info + "</InfoType><Serial>" + h.serial + "</Serial><InfoKind>情報</InfoKind><InfoKindVersion>1.0_0</InfoKindVersion><Headline><Text>" +
         h.headline + "</Text></Headline></Head><Body xmlns=\"" + h.body_namespace + "\" xmlns:jmx_eb=\"http://xml.kishou.go.jp/jmaxml1/elementBasis1/\">" + body + "</Body></Report>";
}
inline std::string jma_earthquake(const std::string& coordinate = "<jmx_eb:Coordinate description=\"深さ　３０ｋｍ\">+34.3+138.6-30000/</jmx_eb:Coordinate>",
                                  const std::string& magnitude = "6.3", const std::string& origin = "2026-09-13T05:55:00+09:00") {
  return "<Earthquake><OriginTime>" + origin + "</OriginTime><ArrivalTime>" + origin + "</ArrivalTime><Hypocenter><Area><Name>展望沖</Name><Code type=\"震央地名\">999</Code>" + coordinate +
         "</Area></Hypocenter><jmx_eb:Magnitude type=\"Mj\" description=\"Ｍ\">" + magnitude + "</jmx_eb:Magnitude></Earthquake>";
}
// One prefecture with one area with cities of these codes and intensities; a city is its own and only station's.
inline std::string jma_intensity(const std::string& greatest, const std::vector<std::pair<std::string, std::string>>& cities) {
  std::string out = "<Intensity><Observation><MaxInt>" + greatest + "</MaxInt><Pref><Name>展望県</Name><Code>99</Code><MaxInt>" + greatest +
                    "</MaxInt><Area><Name>展望県南部</Name><Code>991</Code><MaxInt>" + greatest + "</MaxInt>";
  for (const auto& [code, intensity] : cities) {
    const bool word = intensity.size() > 2;
    out += "<City><Name>市" + code + "</Name><Code>" + code + "</Code>" + (word ? "<Condition>" + intensity + "</Condition>" : "<MaxInt>" + intensity + "</MaxInt>") +
           "<IntensityStation><Name>点" + code + "</Name><Code>" + code + "</Code><Int>" + intensity + "</Int></IntensityStation></City>";
  }
  return out + "</Area></Pref></Observation></Intensity>";
}
// Kind and last kind by code.
inline std::string jma_coast(const std::string& code, const std::string& kind, const std::string& last, const std::string& first, const std::string& height) {
  return "<Item><Area><Name>海岸" + code + "</Name><Code>" + code + "</Code></Area><Category><Kind><Name>k</Name><Code>" + kind + "</Code></Kind>" +
         (last.empty() ? "" : "<LastKind><Name>l</Name><Code>" + last + "</Code></LastKind>") + "</Category>" + first + height + "</Item>";
}
inline std::string jma_arrival(const std::string& time) { return "<FirstHeight><ArrivalTime>" + time + "</ArrivalTime></FirstHeight>"; }
inline std::string jma_height(const std::string& value, const std::string& description) {
  return "<MaxHeight><jmx_eb:TsunamiHeight type=\"津波の高さ\" unit=\"m\"" + std::string(value == "NaN" ? " condition=\"不明\"" : "") + " description=\"" + description + "\">" + value + "</jmx_eb:TsunamiHeight></MaxHeight>";
}

}  // namespace tenbo::test
