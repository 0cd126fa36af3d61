#pragma once
// SQLite's connections and statements, held and let go of.
#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>

#include "tenbo/base/result.h"

namespace tenbo::live {

struct CloseDatabase { void operator()(sqlite3* db) const { sqlite3_close_v2(db); } };
struct FreeStatement { void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); } };
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FreeStatement>;

inline Error sqlite_error(sqlite3* db, int code, const char* doing, const std::filesystem::path& file) {
  const int c = code & 0xFF;
  std::string why = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  if (c == SQLITE_FULL) why = "the disk is full";
  return {c == SQLITE_CORRUPT || c == SQLITE_NOTADB ? ErrorCode::malformed : ErrorCode::io, std::string(doing) + ": " + why, file.string(), "",
          c == SQLITE_FULL ? "make room; it is tried again all the time" : ""};
}

inline Status run(sqlite3* db, const char* sql, const char* doing, const std::filesystem::path& file) {
  const int code = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(db, code, doing, file);
  return {};
}

inline Result<Statement> prepare(sqlite3* db, const char* sql, const std::filesystem::path& file) {
  sqlite3_stmt* s = nullptr;
  const int code = sqlite3_prepare_v2(db, sql, -1, &s, nullptr);
  if (code != SQLITE_OK) return sqlite_error(db, code, "cannot be read", file);
  return Statement(s);
}

}  // namespace tenbo::live
