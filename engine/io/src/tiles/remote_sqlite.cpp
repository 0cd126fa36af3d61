#include "tiles/remote_sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <list>
#include <map>
#include <mutex>

namespace tenbo::io::tiles {
namespace {

constexpr std::uint64_t block = 64 << 10;  // bytes that are asked for at a time
constexpr std::size_t blocks_kept = 128;

using Part = std::shared_ptr<const std::vector<std::byte>>;

struct Handle {
  sqlite3_file base;
  void* owner;
};

}  // namespace

struct RemoteDatabase::Impl {
  std::shared_ptr<const http::RemoteFile> file;
  std::string name;
  sqlite3_vfs vfs{};
  sqlite3_io_methods methods{};
  mutable std::mutex mutex;
  std::map<std::uint64_t, Part> blocks;
  std::list<std::uint64_t> order;  // as they came
  Error fault;

  Part at(std::uint64_t index) {
    {
      const std::lock_guard lock(mutex);
      if (const auto found = blocks.find(index); found != blocks.end()) return found->second;
    }
    auto read = file->read(index * block, block);
    const std::lock_guard lock(mutex);
    if (!read) {
      fault = read.error();
      return nullptr;
    }
    auto part = std::make_shared<const std::vector<std::byte>>(std::move(*read));
    if (blocks.emplace(index, part).second) order.push_back(index);
    if (order.size() > blocks_kept) {
      blocks.erase(order.front());
      order.pop_front();
    }
    return part;
  }

  static Impl& of(sqlite3_file* f) { return *static_cast<Impl*>(reinterpret_cast<Handle*>(f)->owner); }
  static int read(sqlite3_file* f, void* to, int amount, sqlite3_int64 offset) {
    auto* out = static_cast<std::byte*>(to);
    std::uint64_t at = static_cast<std::uint64_t>(offset), left = static_cast<std::uint64_t>(amount);
    while (left > 0) {
      const auto part = of(f).at(at / block);
      if (!part) return SQLITE_IOERR_READ;
      const std::uint64_t in = at % block;
      if (in >= part->size()) break;
      const auto n = std::min<std::uint64_t>(left, part->size() - in);
      std::memcpy(out, part->data() + in, static_cast<std::size_t>(n));
      out += n;
      at += n;
      left -= n;
    }
    std::memset(out, 0, static_cast<std::size_t>(left));
    return left > 0 ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
  }
  static int size(sqlite3_file* f, sqlite3_int64* out) {
    auto& self = of(f);
    if (self.file->size() == 0 && !self.at(0)) return SQLITE_IOERR_FSTAT;
    *out = static_cast<sqlite3_int64>(self.file->size());
    return SQLITE_OK;
  }
};

RemoteDatabase::RemoteDatabase(std::shared_ptr<const http::RemoteFile> file) : impl_(std::make_unique<Impl>()) {
  static std::atomic<std::uint64_t> serial{0};
  impl_->file = std::move(file);
  impl_->name = "tenbo-http-" + std::to_string(serial++);
  auto& m = impl_->methods;
  m.iVersion = 1;
  m.xClose = [](sqlite3_file*) { return SQLITE_OK; };
  m.xRead = Impl::read;
  m.xWrite = [](sqlite3_file*, const void*, int, sqlite3_int64) { return SQLITE_READONLY; };
  m.xTruncate = [](sqlite3_file*, sqlite3_int64) { return SQLITE_READONLY; };
  m.xSync = [](sqlite3_file*, int) { return SQLITE_OK; };
  m.xFileSize = Impl::size;
  m.xLock = [](sqlite3_file*, int) { return SQLITE_OK; };
  m.xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; };
  m.xCheckReservedLock = [](sqlite3_file*, int* out) { return *out = 0, SQLITE_OK; };
  m.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
  m.xSectorSize = [](sqlite3_file*) { return 4096; };
  m.xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_IMMUTABLE; };
  auto& v = impl_->vfs;
  v.iVersion = 1;
  v.szOsFile = sizeof(Handle);
  v.mxPathname = 64;
  v.zName = impl_->name.c_str();
  v.pAppData = impl_.get();
  v.xOpen = [](sqlite3_vfs* vfs, const char*, sqlite3_file* f, int flags, int* out) {
    if (!(flags & SQLITE_OPEN_MAIN_DB)) return SQLITE_CANTOPEN;  // no journal, nothing temporary
    auto* impl = static_cast<Impl*>(vfs->pAppData);
    f->pMethods = &impl->methods;
    reinterpret_cast<Handle*>(f)->owner = impl;
    if (out) *out = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    return SQLITE_OK;
  };
  v.xDelete = [](sqlite3_vfs*, const char*, int) { return SQLITE_READONLY; };
  v.xAccess = [](sqlite3_vfs*, const char*, int, int* out) { return *out = 0, SQLITE_OK; };
  v.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
  };
  v.xRandomness = [](sqlite3_vfs*, int size, char* out) { return std::memset(out, 0, static_cast<std::size_t>(size)), size; };
  v.xSleep = [](sqlite3_vfs*, int) { return 0; };
  v.xCurrentTime = [](sqlite3_vfs*, double* out) { return *out = 2440587.5, SQLITE_OK; };  // 1970: no query asks for it
  v.xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; };
  sqlite3_vfs_register(&v, 0);
}

RemoteDatabase::~RemoteDatabase() { sqlite3_vfs_unregister(&impl_->vfs); }

int RemoteDatabase::open(sqlite3** db) const {
  return sqlite3_open_v2("database", db, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX, impl_->name.c_str());
}
Error RemoteDatabase::fault() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->fault;
}
const http::RemoteFile& RemoteDatabase::file() const { return *impl_->file; }

}  // namespace tenbo::io::tiles
