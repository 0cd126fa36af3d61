#pragma once
// A SQLite database on the network, read in parts: a file system of SQLite's own kind that knows one file.
#include <memory>
#include <string>

#include "http/remote_file.h"

struct sqlite3;

namespace tenbo::io::tiles {

class RemoteDatabase {
 public:
  explicit RemoteDatabase(std::shared_ptr<const http::RemoteFile> file);
  ~RemoteDatabase();  // after every connection is closed
  RemoteDatabase(const RemoteDatabase&) = delete;
  RemoteDatabase& operator=(const RemoteDatabase&) = delete;
  int open(sqlite3** db) const;  // as sqlite3_open_v2, to read alone
  Error fault() const;           // of the network, the last; without a message where there was none
  const http::RemoteFile& file() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tenbo::io::tiles
