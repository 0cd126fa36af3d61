// tenbo bake: city models into OGC 3D Tiles.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <set>
#include <thread>

#include "json_out.h"
#include "options.h"
#include "tenbo/base/file.h"
#include "tenbo/base/pages.h"
#include "tenbo/base/terminal.h"
#include "tenbo/io/bake.h"

namespace tenbo::app {
namespace {

// "2/8" to part and parts.
Result<std::pair<std::uint32_t, std::uint32_t>> parse_part(const std::string& text) {
  unsigned part = 0, parts = 0;
  int end = 0;
  if (std::sscanf(text.c_str(), "%6u/%6u%n", &part, &parts, &end) == 2 &&
      static_cast<std::size_t>(end) == text.size() && part >= 1 && part <= parts)
    return std::pair(part, parts);
  return Error{ErrorCode::invalid_argument, "\"" + text + "\" is not a part such as 2/8 (the second of eight)", "",
               "--part", ""};
}

// On a terminal a line that says how far it is, how fast it goes and how long it will take; nothing in a pipe.
class Ticker {
 public:
  explicit Ticker(const io::BakeProgress& progress) : progress_(progress) {
    if (stderr_is_terminal()) thread_ = std::thread([this] { run(); });
  }
  ~Ticker() {
    done_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    const auto begun = std::chrono::steady_clock::now();
    while (!done_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
      const auto total = static_cast<double>(progress_.work.total.load()),
                 made = static_cast<double>(progress_.work.done.load());
      if (total <= 0) continue;
      const double part = std::min(1.0, made / total);
      const int width = 24, filled = static_cast<int>(width * part);
      const auto read = progress_.read.load(), baked = progress_.features.load();
      std::fprintf(stderr, "\r\033[K[%s%s] %3.0f %%  %llu read, %llu baked, %.0f objects/s  %.0f s, about %.0f s left",
                   std::string(static_cast<std::size_t>(filled), '#').c_str(),
                   std::string(static_cast<std::size_t>(width - filled), '.').c_str(), 100 * part,
                   static_cast<unsigned long long>(read), static_cast<unsigned long long>(baked),
                   static_cast<double>(read + baked) / 2 / seconds, seconds,
                   made > 0 ? seconds / made * (total - made) : 0.0);
      std::fflush(stderr);
    }
    std::fputs("\r\033[K", stderr);
  }
  const io::BakeProgress& progress_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

constexpr std::size_t most_told = 20;  // warnings on standard error

void tell(const char* kind, const std::vector<Error>& list, std::uint64_t dropped) {
  std::set<std::string> told;
  std::uint64_t rest = dropped;
  for (const auto& e : list) {
    if (told.size() >= most_told)
      ++rest;
    else if (told.insert(e.text()).second)
      std::fprintf(stderr, "tenbo: %s: %s\n", kind, e.text().c_str());
  }
  if (rest) std::fprintf(stderr, "tenbo: and %llu more %ss\n", static_cast<unsigned long long>(rest), kind);
}

}  // namespace

int run_bake(const Options& o) {
  keep_freed_memory();
  const auto begun = std::chrono::steady_clock::now();
  io::BakeOptions options;
  options.geoid = o.geoid;
  options.height = o.height;
  options.webp = o.webp;
  options.resume = o.resume;
  if (!o.part.empty()) {
    const auto part = parse_part(o.part);
    if (!part) return report({exit_usage, part.error()});
    std::tie(options.part, options.parts) = *part;
    options.share = true;
  }
  const std::vector<std::filesystem::path> inputs(o.scene.begin(), o.scene.end()),
      parts(o.merge.begin(), o.merge.end());
  if (inputs.empty() == parts.empty())
    return report({exit_usage,
                   {ErrorCode::invalid_argument, "give either inputs or --merge with the parts of a bake", "", "bake",
                    "see tenbo help bake"}});
  if (!parts.empty() && (!o.part.empty() || !o.geoid.empty() || o.webp > 0))
    return report({exit_usage,
                   {ErrorCode::invalid_argument, "--merge takes parts as they are", "", "--merge",
                    "give --part, --geoid and --webp when the parts are baked"}});
  JobSystem jobs(o.jobs);
  io::BakeProgress progress;
  auto result = [&] {
    Ticker ticker(progress);
    return parts.empty() ? io::bake_tiles(inputs, o.output, options, jobs, progress, {})
                         : io::merge_tiles(parts, o.output, o.resume, jobs, progress, {});
  }();
  if (!result)
    return report({result.error().code == ErrorCode::invalid_argument ? exit_usage : exit_nothing, result.error()});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  tell("warning", result->diagnostics.warnings, result->diagnostics.warnings_dropped);
  tell("error", result->diagnostics.errors, result->diagnostics.errors_dropped);
  if (result->without_place)
    std::fprintf(stderr, "tenbo: warning: %llu objects have no coordinates and are in no tile\n",
                 static_cast<unsigned long long>(result->without_place));
  if (o.json) {
    print(o.out, {{"output", o.output},
                  {"features", result->features},
                  {"triangles", result->triangles},
                  {"tiles", result->tiles},
                  {"terrain_tiles", result->terrain_tiles},
                  {"terrain_triangles", result->terrain_triangles},
                  {"bytes", result->bytes},
                  {"without_place", result->without_place},
                  {"vertical_datum", result->vertical_datum},
                  {"already_finished", result->already_finished},
                  {"seconds", seconds},
                  {"peak_memory_bytes", peak_memory_bytes()}});
  } else if (result->already_finished) {
    std::fprintf(stderr, "%s is finished already; remove it to bake it anew\n", o.output.c_str());
  } else {
    if (result->terrain_tiles)
      std::fprintf(stderr, "baked terrain: %llu triangles into %llu tiles\n", static_cast<unsigned long long>(result->terrain_triangles),
                   static_cast<unsigned long long>(result->terrain_tiles));
    std::fprintf(
        stderr,
        "baked %llu objects, %llu triangles into %llu tiles, %.1f MB%s: %.1f s, %.0f objects/s, %.0f MB at the peak\n",
        static_cast<unsigned long long>(result->features), static_cast<unsigned long long>(result->triangles),
        static_cast<unsigned long long>(result->tiles), static_cast<double>(result->bytes) / 1e6,
        options.share ? ", to be merged" : "", seconds, static_cast<double>(result->features) / std::max(seconds, 1e-3),
        static_cast<double>(peak_memory_bytes()) / 1e6);
  }
  return result->diagnostics.errors.empty() ? exit_done : exit_partly;
}

}  // namespace tenbo::app
