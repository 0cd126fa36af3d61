#pragma once
// Runs a command-line tool of PROJ, GDAL or coreutils on lines of text: the independent source of expected values.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace tenbo::test {

// Standard output of a shell command that is fed `input`; empty where it fails to start.
inline std::string run_tool(const std::string& command, const std::string& input = {}) {
  namespace fs = std::filesystem;
  static int count = 0;
  const fs::path file = fs::temp_directory_path() / ("tenbo-geo-test-" + std::to_string(getpid()) + "-" + std::to_string(count++));
  std::ofstream(file) << input;
  std::string out;
  if (FILE* pipe = popen((command + " < '" + file.string() + "' 2>/dev/null").c_str(), "r")) {
    char buffer[4096];
    for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
    pclose(pipe);
  }
  fs::remove(file);
  return out;
}

// Rows of numbers; '*' and words become NaN.
inline std::vector<std::vector<double>> numbers(const std::string& text) {
  std::vector<std::vector<double>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    rows.emplace_back();
    for (std::string word; words >> word;) {
      char* end = nullptr;
      const double value = std::strtod(word.c_str(), &end);
      rows.back().push_back(*end == 0 && std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return rows;
}

inline bool have_tool(const char* name) { return !run_tool(std::string("command -v ") + name).empty(); }

}  // namespace tenbo::test
