// Zip archives (.3tz) as sources of tiles, through GDAL's file layer.
#include <cpl_string.h>
#include <cpl_vsi.h>

#include <algorithm>

#include "gdal/gdal_support.h"
#include "gdal/module.h"
#include "gdal/remote_vsi.h"
#include "gzip/gunzip.h"
#include "tenbo/base/url.h"

namespace tenbo::io {

namespace fs = std::filesystem;

namespace {

struct CloseFile {
  void operator()(VSILFILE* f) const { VSIFCloseL(f); }
};

class ZipSource final : public TileSource {
 public:
  explicit ZipSource(fs::path path) : label_(path.string() + "/"), name_(fs::absolute(path).string()) {}
  ZipSource(const Url& url, std::shared_ptr<const http::RemoteFile> file)
      : label_(url.label() + "/"), file_(std::move(file)), remote_(std::make_unique<gdal::RemoteName>(file_, ".zip")), name_(remote_->name()) {}
  ~ZipSource() override {
    if (remote_) VSIUnlink(("/vsizip/{" + name_ + "}").c_str());
  }
  Result<std::vector<std::byte>> read(const std::string& name, std::uint64_t limit) const override {
    gdal::Messages messages;
    const std::string full = member(name);
    VSIStatBufL stat;
    if (const bool there = VSIStatL(full.c_str(), &stat) == 0; !there && file_ && messages.any())
      return network(messages, name);
    else if (!there || VSI_ISDIR(stat.st_mode))
      return Error{ErrorCode::not_found, "there is no such file in the archive", label(name), "", ""};
    if (static_cast<std::uint64_t>(stat.st_size) > limit)
      return Error{ErrorCode::out_of_budget,
                   "has " + std::to_string(stat.st_size) + " bytes; at most " + std::to_string(limit) + " are read",
                   label(name), "", ""};
    std::unique_ptr<VSILFILE, CloseFile> file(VSIFOpenL(full.c_str(), "rb"));
    if (!file)
      return Error{ErrorCode::malformed, "cannot be read from the archive, which is damaged or wants a password",
                   label(name), "", ""};
    std::vector<std::byte> bytes;
    constexpr std::size_t piece = std::size_t{1} << 20;  // what the directory says may be a lie
    for (;;) {
      const std::size_t had = bytes.size();
      if (had > limit)
        return Error{ErrorCode::out_of_budget, "unpacks to more than " + std::to_string(limit) + " bytes", label(name),
                     "", ""};
      bytes.resize(had + piece);
      const std::size_t got = VSIFReadL(bytes.data() + had, 1, piece, file.get());
      bytes.resize(had + got);
      if (got < piece) break;
    }
    if (file_ && bytes.size() < static_cast<std::uint64_t>(stat.st_size) && messages.any()) return network(messages, name);
    if (bytes.size() < static_cast<std::uint64_t>(stat.st_size))
      return Error{ErrorCode::malformed, "cannot be unpacked whole: the archive is damaged", label(name), "", ""};
    return gunzip_if_needed(std::move(bytes), label(name), limit);
  }
  std::uint64_t size(const std::string& name) const override {
    gdal::Messages messages;
    VSIStatBufL stat;
    return VSIStatL(member(name).c_str(), &stat) == 0 ? static_cast<std::uint64_t>(stat.st_size) : 0;
  }
  std::string label(const std::string& name) const override { return label_ + name; }
  Diagnostics notes() const override { return file_ ? file_->notes() : Diagnostics(); }
  bool has(const std::string& name) const { return size(name) > 0; }
  // The only tileset.json that lies highest, where it is not at the top.
  std::string find_entry() const {
    gdal::Messages messages;
    std::string found;
    char** names = VSIReadDirRecursive(("/vsizip/{" + name_ + "}").c_str());
    for (char** n = names; n && *n; ++n) {
      const std::string name = *n;
      if (name == "tileset.json" || name.ends_with("/tileset.json"))
        if (found.empty() || std::count(name.begin(), name.end(), '/') < std::count(found.begin(), found.end(), '/'))
          found = name;
    }
    CSLDestroy(names);
    return found;
  }

 private:
  std::string member(const std::string& name) const { return "/vsizip/{" + name_ + "}/" + name; }
  Error network(const gdal::Messages& messages, const std::string& name) const {
    return {ErrorCode::io, "cannot be read from the archive: " + messages.last(), label(name), "", "check the address and the network"};
  }
  std::string label_;
  std::shared_ptr<const http::RemoteFile> file_;  // null: on disk
  std::unique_ptr<gdal::RemoteName> remote_;
  std::string name_;  // as GDAL knows it
};

}  // namespace

Result<std::shared_ptr<const TileSource>> gdal::open_zip_tiles(const fs::path& path, std::string& entry, const RemoteOptions& remote) {
  set_up();
  std::shared_ptr<ZipSource> source;
  if (is_url(path)) {
    auto url = parse_url(path.native());
    if (!url) return url.error();
    auto file = std::make_shared<http::RemoteFile>(*url, remote);
    if (auto head = file->read(0, 4); !head) return head.error();  // says what is wrong better than GDAL can
    if (file->size() == 0)
      return Error{ErrorCode::unsupported, "its server does not say how long it is", url->label(), "", "download the archive, and open it from there"};
    source = std::make_shared<ZipSource>(*url, std::move(file));
  } else {
    source = std::make_shared<ZipSource>(path);
  }
  entry = source->has("tileset.json") ? "tileset.json" : source->find_entry();
  if (entry.empty())
    return Error{ErrorCode::not_found, "the archive holds no tileset.json, or is damaged", shown(path), "", ""};
  return std::shared_ptr<const TileSource>(std::move(source));
}

}  // namespace tenbo::io
