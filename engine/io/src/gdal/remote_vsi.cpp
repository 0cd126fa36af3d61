#include "gdal/remote_vsi.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_vsi.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <list>
#include <map>
#include <mutex>

namespace tenbo::io::gdal {
namespace {

constexpr std::uint64_t block = 128 << 10;   // bytes that are asked for at a time
constexpr std::size_t blocks_kept = 256;     // of a file

// What all handles of a file share.
struct Shared {
  std::shared_ptr<const http::RemoteFile> file;
  std::mutex mutex;
  std::map<std::uint64_t, std::shared_ptr<const std::vector<std::byte>>> blocks;
  std::list<std::uint64_t> order;  // as they came

  std::shared_ptr<const std::vector<std::byte>> at(std::uint64_t index) {
    {
      const std::lock_guard lock(mutex);
      if (const auto found = blocks.find(index); found != blocks.end()) return found->second;
    }
    auto read = file->read(index * block, block);
    if (!read) {
      CPLError(CE_Failure, CPLE_FileIO, "%s", read.error().message.c_str());
      return nullptr;
    }
    auto bytes = std::make_shared<const std::vector<std::byte>>(std::move(*read));
    const std::lock_guard lock(mutex);
    if (blocks.emplace(index, bytes).second) order.push_back(index);
    if (order.size() > blocks_kept) {
      blocks.erase(order.front());
      order.pop_front();
    }
    return bytes;
  }
  std::uint64_t size() {
    if (file->size() == 0) at(0);
    return file->size();
  }
};

struct Registry {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<Shared>> files;
  std::shared_ptr<Shared> find(const char* name) {
    const std::lock_guard lock(mutex);
    const auto found = files.find(name);
    return found == files.end() ? nullptr : found->second;
  }
};

struct Handle {
  std::shared_ptr<Shared> shared;
  std::uint64_t at = 0;
  bool end = false;
};

int stat(void* registry, const char* name, VSIStatBufL* out, int) {
  std::memset(out, 0, sizeof *out);
  const auto shared = static_cast<Registry*>(registry)->find(name);
  if (!shared) return -1;
  const std::uint64_t size = shared->size();
  if (size == 0) return -1;
  out->st_size = static_cast<vsi_l_offset>(size);
  out->st_mode = S_IFREG;
  return 0;
}
void* open(void* registry, const char* name, const char* access) {
  if (std::strpbrk(access, "wa+")) return nullptr;
  auto shared = static_cast<Registry*>(registry)->find(name);
  if (!shared || shared->size() == 0) return nullptr;
  return new Handle{std::move(shared)};
}
char** siblings(void*, const char*) { return static_cast<char**>(CPLCalloc(1, sizeof(char*))); }
vsi_l_offset tell(void* handle) { return static_cast<Handle*>(handle)->at; }
int seek(void* handle, vsi_l_offset offset, int from) {
  auto& h = *static_cast<Handle*>(handle);
  h.at = from == SEEK_CUR ? h.at + offset : from == SEEK_END ? h.shared->size() + offset : offset;
  h.end = false;
  return 0;
}
std::size_t read(void* handle, void* to, std::size_t one, std::size_t count) {
  auto& h = *static_cast<Handle*>(handle);
  const std::uint64_t size = h.shared->size();
  std::uint64_t left = one == 0 || count > UINT64_MAX / one ? 0 : std::uint64_t{one} * count, done = 0;
  if (h.at >= size || left > size - h.at) {
    h.end = true;
    left = h.at >= size ? 0 : size - h.at;
  }
  while (left > 0) {
    const auto bytes = h.shared->at(h.at / block);
    const std::uint64_t in = h.at % block;
    if (!bytes || in >= bytes->size()) break;
    const std::uint64_t n = std::min<std::uint64_t>(left, bytes->size() - in);
    std::memcpy(static_cast<std::byte*>(to) + done, bytes->data() + in, static_cast<std::size_t>(n));
    h.at += n;
    done += n;
    left -= n;
  }
  return one == 0 ? 0 : static_cast<std::size_t>(done / one);
}
int at_end(void* handle) { return static_cast<Handle*>(handle)->end ? 1 : 0; }
int close(void* handle) {
  delete static_cast<Handle*>(handle);
  return 0;
}

// GDAL knows file systems by their prefixes, once in a program.
Registry& registry() {
  static Registry& files = [] () -> Registry& {
    static Registry made;
    VSIFilesystemPluginCallbacksStruct* c = VSIAllocFilesystemPluginCallbacksStruct();
    c->pUserData = &made;
    c->stat = stat;
    c->open = open;
    c->tell = tell;
    c->seek = seek;
    c->read = read;
    c->eof = at_end;
    c->close = close;
    c->sibling_files = siblings;
    VSIInstallPluginHandler(remote_prefix, c);
    VSIFreeFilesystemPluginCallbacksStruct(c);
    return made;
  }();
  return files;
}

}  // namespace

RemoteName::RemoteName(std::shared_ptr<const http::RemoteFile> file, const char* extension) {
  static std::atomic<std::uint64_t> serial{0};
  // GDAL hands the whole name over or what stands behind the prefix, as its version likes: both are known.
  const std::string own = std::to_string(serial++) + extension;
  name_ = remote_prefix + own;
  auto shared = std::make_shared<Shared>();
  shared->file = std::move(file);
  auto& r = registry();
  const std::lock_guard lock(r.mutex);
  r.files[name_] = r.files[own] = std::move(shared);
}

RemoteName::~RemoteName() {
  auto& r = registry();
  const std::lock_guard lock(r.mutex);
  r.files.erase(name_);
  r.files.erase(name_.substr(std::strlen(remote_prefix)));
}

}  // namespace tenbo::io::gdal
