#pragma once
// GDAL's own command-line tools, as a source of expected values that shares no code path with ours.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace tenbo::test {

// Runs a shell command; its standard output. `status` gets the exit status.
inline std::string run(const std::string& command, int* status = nullptr) {
  std::string out;
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (!pipe) return out;
  std::array<char, 4096> buffer;
  for (std::size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), n);
  const int rc = pclose(pipe);
  if (status) *status = rc;
  return out;
}

inline std::string quoted(const std::filesystem::path& p) { return "'" + p.string() + "'"; }

// Rows of ogr2ogr's answer to a query, field by field, without the headings.
inline std::vector<std::vector<std::string>> sql(const std::string& source, const std::string& query, const std::string& more = {}) {
  std::vector<std::vector<std::string>> out;
  std::istringstream in(run("ogr2ogr -f CSV /vsistdout/ -lco SEPARATOR=TAB " + more + " " + test::quoted(source) + " -dialect SQLite -sql \"" + query + "\""));
  std::string line;
  for (bool first = true; std::getline(in, line); first = false) {
    if (first) continue;
    std::vector<std::string> fields;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '\t');) {
      if (cell.size() > 1 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
      fields.push_back(cell);
    }
    out.push_back(fields);
  }
  return out;
}

// A folder of the test's own below the build tree, empty at the start.
inline std::filesystem::path scratch(const std::string& name) {
  const auto dir = std::filesystem::path(TENBO_BINARY_DIR) / "scratch" / name;
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  return dir;
}

// gdallocationinfo at a place in longitude and latitude (its -wgs84; x y in that order): the value of a band.
inline std::optional<double> location_info(const std::string& file, double lon, double lat, int band = 1) {
  char at[128];
  std::snprintf(at, sizeof at, "%.12f %.12f", lon, lat);
  const std::string text = run("gdallocationinfo -valonly -wgs84 -b " + std::to_string(band) + " '" + file + "' " + at);
  char* end = nullptr;
  const double v = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return std::nullopt;
  return v;
}

inline void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}
inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace tenbo::test
