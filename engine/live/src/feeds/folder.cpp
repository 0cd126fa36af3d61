// A folder into which others put files, or one file that others replace. What was there before is read too, where the journal does
// not have it. Links, pipes and folders in it are passed over, and so are names that programs give to what is not finished.
#include <algorithm>
#include <set>

#include "feeds/link.h"
#include "journal/journal_file.h"
#include "tenbo/base/file.h"
#include "tenbo/base/folder_events.h"
#include "tenbo/base/text.h"

namespace tenbo::live {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
namespace {

constexpr std::size_t most_files = 100'000;
constexpr auto look_every = 2s;  // where nothing tells: network shares

bool unfinished(const std::string& name) {
  const std::string lower = lower_case(name);
  for (const char* end : {".tmp", ".part", ".partial", ".filepart", ".crdownload", "~"})
    if (lower.ends_with(end)) return true;
  return name.starts_with('.') || lower.find(".tmp-") != std::string::npos;
}

class Folder {
 public:
  explicit Folder(FeedLink& link) : link_(link) {
    std::error_code ec;
    const fs::path path = link.spec.address;
    if (fs::is_directory(path, ec)) {
      folder_ = path;
    } else if (path.has_extension()) {  // a file that may not be there yet
      folder_ = path.has_parent_path() ? path.parent_path() : fs::path(".");
      only_ = path.filename().string();
    } else {
      folder_ = path;
    }
  }

  void run() {
    std::optional<FolderEvents> events;
    auto looked = std::chrono::steady_clock::time_point{};
    while (!link_.cancelled()) {
      if (!events) {
        auto watched = FolderEvents::watch(folder_);
        std::error_code ec;
        if (watched) {
          events.emplace(std::move(*watched));
          link_.connected();
        } else if (!fs::is_directory(folder_, ec)) {
          link_.state(FeedState::offline, Error{ErrorCode::not_found, "the folder is not there", folder_.string(), "", "make it, or correct the path; it is waited for"});
          if (!link_.pause(std::min(1.0, link_.spec.most_retry_seconds))) return;
          continue;
        }
        looked = {};
      }
      if (std::chrono::steady_clock::now() - looked > look_every) {
        looked = std::chrono::steady_clock::now();
        look();
      }
      FolderEvents::News news;
      if (events) news = events->wait(100ms);
      else if (!link_.pause(0.1)) return;
      for (const auto& name : news.names) take(name);
      if (news.look) looked = {};
      if (news.gone) events.reset();
    }
  }

 private:
  // All that is there, the oldest first.
  void look() {
    struct Found {
      std::int64_t modified;
      std::string name;
    };
    std::vector<Found> found;
    std::error_code ec;
    fs::directory_iterator it(folder_, ec);
    if (ec) {
      link_.state(FeedState::offline, Error{ErrorCode::io, "the folder cannot be read: " + ec.message(), folder_.string(), "", ""});
      return;
    }
    link_.state(FeedState::live);
    for (const fs::directory_iterator end; !ec && it != end && found.size() < most_files; it.increment(ec))
      if (std::string name = it->path().filename().string(); wanted(name)) found.push_back({file_stamp(it->path()).modified_ns, std::move(name)});
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.modified != b.modified ? a.modified < b.modified : a.name < b.name; });
    std::map<std::string, FileStamp> still;
    for (const auto& f : found) {
      if (link_.cancelled()) return;
      take(f.name);
      if (const auto s = stamps_.find(f.name); s != stamps_.end()) still.insert(*s);
    }
    stamps_ = std::move(still);
  }

  bool wanted(const std::string& name) const { return only_.empty() ? !unfinished(name) : name == only_; }

  void take(const std::string& name) {
    if (!wanted(name)) return;
    const fs::path path = folder_ / name;
    std::error_code ec;
    if (!fs::is_regular_file(fs::symlink_status(path, ec))) return;
    const FileStamp before = file_stamp(path);
    auto& stamp = stamps_[name];
    if (!before.exists || stamp == before) return;
    auto body = read_file(path, link_.spec.most_bytes);
    if (!body) {
      stamp = before;
      if (body.error().code == ErrorCode::out_of_budget) link_.refused(body.error());
      return;
    }
    if (!(file_stamp(path) == before)) return;  // it is being written: looked at again soon
    stamp = before;
    const std::string source = to_valid_utf8(name);
    const auto hash = content_hash(*body);
    if (const auto known = link_.known.find(source); known != link_.known.end() && known->second == hash) return;
    if (link_.known.size() < most_files) link_.known[source] = hash;
    link_.state(FeedState::live);
    (void)link_.message(source, "", false, std::move(*body));
  }

  FeedLink& link_;
  fs::path folder_;
  std::string only_;
  std::map<std::string, FileStamp> stamps_;
};

}  // namespace

void run_folder(FeedLink& link) { Folder(link).run(); }

}  // namespace tenbo::live
