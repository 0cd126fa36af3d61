#pragma once
// SIP4D-ZIP archives of a test's own, written by Python's zipfile, in the format that NIED's SIP4D-ZIP_Checker describes.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "gdal_tools.h"

namespace tenbo::test {

// Points in a row; the first has state 開設 and the others 閉鎖, and each has as depth what `depths` says, where it has so many.
inline std::string sip4d_points(int n, const std::vector<double>& depths = {}) {
  std::string out;
  for (int i = 0; i < n; ++i) {
    const std::string depth = static_cast<std::size_t>(i) < depths.size() ? ",\"depth\":" + std::to_string(depths[static_cast<std::size_t>(i)]) : "";
    out += std::string(i ? "," : "") + R"({"type":"Feature","properties":{"state":")" + (i == 0 ? "開設" : "閉鎖") + "\"" + depth + R"(},"geometry":{"type":"Point","coordinates":[)" + std::to_string(139.76 + 0.001 * i) + ",35.68]}}";
  }
  return R"({"type":"FeatureCollection","features":[)" + out + "]}";
}
inline std::string sip4d_entry(const std::string& file, const std::string& title) { return R"({"type":"GeoJSON","title":")" + title + R"(","file":")" + file + R"(","updated":"2026-11-21T09:10:00"})"; }
inline std::string sip4d_meta(const std::string& entries, const std::string& status = "訓練", const std::string& time = "2026-11-21T09:00:00") {
  return R"({"version":"1","format":"SIP4D-ZIP","title":"避難所","information_date":")" + time + R"(","updated":"2026-11-21T09:10:00","author":{"name":"展望市"},"disaster":{"name":"令和8年台風第1号"},)"
         R"("openflg":"災害対応機関のみ公開可能","testflg":")" + status + R"(","entry_num":2,"entry":[)" + entries + "]}";
}

// Written beside `path` and moved there.
inline void write_zip(const std::filesystem::path& path, const std::vector<std::pair<std::string, std::string>>& files) {
  const auto dir = path.parent_path();
  const auto beside = dir / ".making";
  std::filesystem::create_directories(beside);
  std::string python = "import zipfile\nz = zipfile.ZipFile('" + (beside / "new.tmp").string() + "', 'w', zipfile.ZIP_DEFLATED)\n";
  int n = 0;
  for (const auto& [name, text] : files) {
    const auto file = beside / ("part" + std::to_string(n++));
    write(file, text);
    python += "z.write('" + file.string() + "', '" + name + "')\n";
  }
  write(beside / "make.py", python + "z.close()\n");
  int status = 0;
  run("python3 " + quoted(beside / "make.py"), &status);
  if (status == 0) std::filesystem::rename(beside / "new.tmp", path);
  std::filesystem::remove_all(beside);
}

}  // namespace tenbo::test
