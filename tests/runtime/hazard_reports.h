#pragma once
// For tests of what the hazard plugins make of messages: reports without a host, from files that io reads.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "../../plugins/common/report.h"
#include "tenbo/base/file.h"
#include "tenbo/io/cap.h"
#include "tenbo/io/jma.h"
#include "tenbo/io/vector.h"

namespace tenbo::runtime {

inline std::string raw_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// As the plugins get it from the host; the geometry is no handle but a mark that there is one.
inline hazard::Report report_of(const std::filesystem::path& file) {
  hazard::Report r;
  const std::string xml = raw_text(file);
  if (xml.find("<Report") != std::string::npos) {
    const auto jma = io::read_jma(xml, file.string());
    EXPECT_TRUE(jma.ok()) << (jma.ok() ? "" : jma.error().text());
    if (!jma.ok()) return r;
    r.code = jma->code;
    r.publisher = jma->publishing_office;
    r.headline = jma->headline;
    r.event = jma->event_id;
    r.status = jma->status == io::JmaStatus::normal ? TENBO_STATUS_ACTUAL : jma->status == io::JmaStatus::drill ? TENBO_STATUS_EXERCISE : TENBO_STATUS_TEST;
    r.info = jma->info_type == io::JmaInfoType::cancel ? TENBO_INFO_CANCEL : jma->info_type == io::JmaInfoType::correction ? TENBO_INFO_CORRECTION : TENBO_INFO_ISSUE;
    r.time = jma->report_time.ms;
    if (jma->valid_until) r.until = jma->valid_until->ms;
  } else {
    const auto cap = io::read_cap(xml, file.string());
    EXPECT_TRUE(cap.ok()) << (cap.ok() ? "" : cap.error().text());
    if (!cap.ok()) return r;
    r.code = "CAP";
    r.publisher = cap->sender;
    r.status = cap->status == io::CapStatus::actual ? TENBO_STATUS_ACTUAL : cap->status == io::CapStatus::exercise ? TENBO_STATUS_EXERCISE : TENBO_STATUS_TEST;
    r.info = cap->message == io::CapMessage::cancel ? TENBO_INFO_CANCEL : cap->message == io::CapMessage::update ? TENBO_INFO_CORRECTION : TENBO_INFO_ISSUE;
    r.time = cap->sent.ms;
    std::stringstream references(cap->references);
    for (std::string one; references >> one;) r.references += (r.references.empty() ? "" : "\n") + one;
  }
  Progress progress;
  const auto v = io::read_vector(file, {}, progress, {});
  EXPECT_TRUE(v.ok()) << (v.ok() ? "" : v.error().text());
  if (!v.ok()) return r;
  r.name = v->name;
  r.geometry = reinterpret_cast<const tenbo_reader_vector*>(&raw_text);
  for (std::uint32_t i = 0; i < v->features.size(); ++i) {
    hazard::Row row;
    row.index = i;
    for (const auto& [name, value] : v->features.attributes(i)) {
      row.texts.add(std::string(name), geo::to_text(value));
      if (const auto n = geo::to_number(value); n && !std::holds_alternative<std::string_view>(value)) row.numbers.add(std::string(name), *n);
    }
    if (const auto& e = v->features.extent(i); !e.empty()) row.lon = (e.west + e.east) / 2, row.lat = (e.south + e.north) / 2;
    r.rows.push_back(std::move(row));
  }
  return r;
}

// A message of the Agency, of the test's own.
struct OwnMessage {
  std::string title, head_title, body;
  std::string time = "2026-11-21T09:00:00+09:00", status = "通常", info = "発表", event, valid_until, headline = "本文";
  std::string xml() const {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Report xmlns=\"http://xml.kishou.go.jp/jmaxml1/\"><Control><Title>" + title + "</Title><DateTime>2026-11-21T00:00:10Z</DateTime><Status>" +
           status + "</Status><EditorialOffice>展望気象台</EditorialOffice><PublishingOffice>展望気象台</PublishingOffice></Control>"
           "<Head xmlns=\"http://xml.kishou.go.jp/jmaxml1/informationBasis1/\"><Title>" + head_title + "</Title><ReportDateTime>" + time + "</ReportDateTime><TargetDateTime>" + time +
           "</TargetDateTime>" + (valid_until.empty() ? "" : "<ValidDateTime>" + valid_until + "</ValidDateTime>") + "<EventID>" + event + "</EventID><InfoType>" + info +
           "</InfoType><Serial/><InfoKind>x</InfoKind><InfoKindVersion>1.0_1</InfoKindVersion><Headline><Text>" + headline + "</Text></Headline></Head>"
           "<Body xmlns=\"http://xml.kishou.go.jp/jmaxml1/body/meteorology1/\" xmlns:jmx_eb=\"http://xml.kishou.go.jp/jmaxml1/elementBasis1/\">" + body + "</Body></Report>";
  }
};
inline std::string own_kind(const std::string& name, const std::string& status = "発表") { return "<Kind><Name>" + name + "</Name><Code>0</Code><Status>" + status + "</Status></Kind>"; }
inline std::string own_item(const std::string& kinds, const std::string& area, const std::string& code) {
  return "<Item>" + kinds + "<Area><Name>" + area + "</Name><Code>" + code + "</Code></Area></Item>";
}
inline std::string own_warning(const std::string& items, const std::string& type = "気象警報・注意報（市町村等）") { return "<Warning type=\"" + type + "\">" + items + "</Warning>"; }

class HazardReports : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    dir_ = std::filesystem::path(TENBO_BINARY_DIR) / "tmp" / (std::string(test->test_suite_name()) + "_" + test->name());
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  hazard::Report read(const std::string& xml) {
    const auto file = dir_ / ("m" + std::to_string(++count_) + ".xml");
    std::ofstream(file) << xml;
    return report_of(file);
  }
  static std::filesystem::path sample(const std::string& name) { return std::filesystem::path(TENBO_SHARED_DATA) / "jma-xml-a" / name; }
  std::filesystem::path dir_;
  int count_ = 0;
};

// For expectations from a message's own text: what stands between two marks; the text, cut at a mark.
inline std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const auto a = text.find(from);
  if (a == std::string::npos) return {};
  return text.substr(a + from.size(), text.find(to, a + from.size()) - a - from.size());
}
inline std::vector<std::string> cut(const std::string& text, const std::string& mark) {
  std::vector<std::string> out;
  for (auto at = text.find(mark); at != std::string::npos;) {
    const auto next = text.find(mark, at + mark.size());
    out.push_back(text.substr(at + mark.size(), next == std::string::npos ? next : next - at - mark.size()));
    at = next;
  }
  return out;
}

}  // namespace tenbo::runtime
