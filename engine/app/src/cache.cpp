// tenbo cache: what is kept between runs.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "json_out.h"
#include "options.h"
#include "tenbo/io/cache.h"

namespace tenbo::app {
namespace {

int list(const Options& o, const std::filesystem::path& root, const io::BakeCache& bakes) {
  const auto entries = bakes.list();
  const auto http = io::http_cache_size(root);
  std::uint64_t bytes = 0;
  Json j;
  j["folder"] = root.empty() ? Json(nullptr) : Json(root.string());
  j["bakes"] = Json::array();
  for (auto e = entries.rbegin(); e != entries.rend(); ++e) {
    bytes += e->bytes;
    const auto used = geo::format_utc(geo::Instant{e->used});
    j["bakes"].push_back({{"key", e->key}, {"state", e->state}, {"input", e->input.empty() ? Json(nullptr) : Json(e->input)},
                          {"features", e->features}, {"bytes", e->bytes}, {"used", used}, {"in_use", e->in_use}});
    if (!o.json) fmt::print("{}  {:<10} {:>9.1f} MB  used {}{}  {}\n", e->key.substr(0, 12), e->state, static_cast<double>(e->bytes) / 1e6, used, e->in_use ? ", in use" : "", e->input);
  }
  j["bake_bytes"] = bytes;
  j["bake_limit"] = bakes.limit();
  j["http_files"] = http.files;
  j["http_bytes"] = http.bytes;
  if (o.json) print(o.out, j);
  else
    fmt::print("{}: {} bakes, {:.1f} MB of at most {:.1f}; {} answers of servers, {:.1f} MB\n", root.empty() ? "no folder" : root.string(), entries.size(), static_cast<double>(bytes) / 1e6,
               static_cast<double>(bakes.limit()) / 1e6, http.files, static_cast<double>(http.bytes) / 1e6);
  return exit_done;
}

int clear(const Options& o, const std::filesystem::path& root, const io::BakeCache& bakes) {
  const auto bytes = bakes.clear();
  const auto http = io::clear_http_cache(root);
  const auto left = bakes.list();
  if (o.json) print(o.out, {{"removed_bytes", bytes + http.bytes}, {"left_in_use", left.size()}});
  else fmt::print("removed {:.1f} MB{}\n", static_cast<double>(bytes + http.bytes) / 1e6, left.empty() ? "" : fmt::format("; {} bakes are in use and stay", left.size()));
  return exit_done;
}

// For the program that started this one: how far it is, a line each time.
class Steps {
 public:
  Steps(const io::BakeProgress& progress, std::FILE* out) : progress_(progress), out_(out) {
    thread_ = std::thread([this] {
      while (!done_) {
        const auto total = progress_.work.total.load();
        if (total) std::fprintf(out_, "progress %.4f\n", std::min(1.0, static_cast<double>(progress_.work.done.load()) / static_cast<double>(total)));
        std::fflush(out_);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
    });
  }
  ~Steps() {
    done_ = true;
    thread_.join();
  }

 private:
  const io::BakeProgress& progress_;
  std::FILE* out_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

int add(const Options& o, const io::BakeCache& bakes) {
  if (o.scene.empty()) return report({exit_usage, {ErrorCode::invalid_argument, "names no city model to add", "", "cache add", "tenbo cache add CITY"}});
  JobSystem jobs(o.jobs);
  io::BakeProgress progress;
  const auto begun = std::chrono::steady_clock::now();
  auto added = [&] {
    std::optional<Steps> steps;
    if (o.steps) steps.emplace(progress, o.out);
    return bakes.add({o.scene.begin(), o.scene.end()}, jobs, progress, {});
  }();
  if (!added) return report({exit_nothing, added.error()});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  if (o.steps) fmt::print(o.out, "key {}\n", added->key);
  else if (o.json)
    print(o.out, {{"key", added->key}, {"was_there", added->was_there}, {"features", added->report.features}, {"tiles", added->report.tiles}, {"bytes", added->report.bytes}, {"seconds", seconds}});
  else if (added->was_there) fmt::print("its bake is there already: {}\n", added->key);
  else fmt::print("baked {} objects in {:.1f} s: {}\n", added->report.features, seconds, added->key);
  return added->report.diagnostics.errors.empty() ? exit_done : exit_partly;
}

}  // namespace

int run_cache(const Options& o) {
  const auto root = io::cache_root(o.cache);
  const io::BakeCache bakes(root, o.cache_limit ? o.cache_limit : io::default_bake_cache_bytes);
  if (o.action == "add") return add(o, bakes);
  if (!o.scene.empty()) return report({exit_usage, {ErrorCode::invalid_argument, "takes no inputs", "", "cache " + o.action, ""}});
  return o.action == "clear" ? clear(o, root, bakes) : list(o, root, bakes);
}

}  // namespace tenbo::app
