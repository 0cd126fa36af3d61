#include "journal/journal_file.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "tenbo/base/hash.h"

namespace tenbo::live {
namespace fs = std::filesystem;
namespace {

// The body stands last, so that what goes over rows without reading it touches none of its pages. No index: numbers and times
// both only grow, so that a time is found by halving, and a row costs one place on the disk.
constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS entry(number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at INTEGER NOT NULL, clock INTEGER, "
    "feed TEXT NOT NULL, source TEXT NOT NULL, type TEXT NOT NULL, flags INTEGER NOT NULL, repeats INTEGER NOT NULL, "
    "since INTEGER, until INTEGER, hash INTEGER NOT NULL, seal INTEGER NOT NULL, body BLOB NOT NULL)";

constexpr std::int64_t retained_flag = 1;

std::string_view text_of(const std::string& s) { return s; }
std::string_view bytes_of(const std::vector<std::byte>& b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

std::int64_t number_in(sqlite3* db, const char* sql) {
  sqlite3_stmt* s = nullptr;
  if (sqlite3_prepare_v2(db, sql, -1, &s, nullptr) != SQLITE_OK) return -1;
  const Statement held(s);
  return sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
}

}  // namespace

fs::path journal_file_name(std::uint32_t index) {
  char name[32];
  std::snprintf(name, sizeof name, "%08u.sqlite", index);
  return name;
}

std::vector<JournalFileName> journal_files(const fs::path& folder) {
  std::vector<JournalFileName> out;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (name.size() != 15 || !name.ends_with(".sqlite")) continue;
    JournalFileName f{0, it->path()};
    const auto [stopped, error] = std::from_chars(name.data(), name.data() + 8, f.index);
    if (error == std::errc{} && stopped == name.data() + 8 && f.index > 0) out.push_back(std::move(f));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  return out;
}

Result<Database> open_journal_file(const fs::path& path) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database db(raw);
  if (code != SQLITE_OK) return sqlite_error(raw, code, "cannot be opened", path);
  sqlite3_busy_timeout(raw, 5000);
  const auto id = number_in(raw, "PRAGMA application_id");
  const auto tables = number_in(raw, "SELECT count(*) FROM sqlite_schema");
  if (id < 0 || tables < 0) return sqlite_error(raw, sqlite3_errcode(raw), "cannot be read", path);
  if (tables == 0 && id == 0) {  // new: the name and the table together, or not at all
    if (auto s = run(raw, "PRAGMA trusted_schema=OFF; PRAGMA page_size=8192; PRAGMA journal_mode=WAL", "cannot be made", path); !s) return s.error();
    const std::string make = "BEGIN IMMEDIATE; PRAGMA application_id=" + std::to_string(journal_application_id) +
                             "; PRAGMA user_version=" + std::to_string(journal_version) + "; " + schema + "; COMMIT";
    if (auto s = run(raw, make.c_str(), "cannot be made", path); !s) return s.error();
  } else {
    if (id != journal_application_id) return Error{ErrorCode::malformed, "is no file of a journal", path.string(), "", ""};
    if (const auto version = number_in(raw, "PRAGMA user_version"); version != journal_version)
      return Error{ErrorCode::unsupported, "is of version " + std::to_string(version) + " of journals; this program writes version " + std::to_string(journal_version),
                   path.string(), "", "use the program that wrote it, or another folder"};
    if (auto s = run(raw, "PRAGMA trusted_schema=OFF; PRAGMA journal_mode=WAL", "cannot be opened", path); !s) return s.error();
  }
  // FULL: a commit returns when the log is on the disk. The log goes into the file elsewhere, so that no commit waits for it.
  if (auto s = run(raw, "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0", "cannot be opened", path); !s) return s.error();
  return db;
}

Result<Database> open_journal_file_to_read(const fs::path& path) {
  const auto open = [&](const std::string& name, int flags) -> Result<Database> {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    Database db(raw);
    if (code != SQLITE_OK) return sqlite_error(raw, code, "cannot be opened", path);
    sqlite3_busy_timeout(raw, 2000);
    sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, static_cast<int>(most_body_bytes) + (1 << 20));
    // writable_schema lets SQLite read a file whose end is cut off
    if (auto s = run(raw, "PRAGMA trusted_schema=OFF; PRAGMA writable_schema=ON; PRAGMA query_only=ON", "cannot be opened", path); !s) return s.error();
    const auto id = number_in(raw, "PRAGMA application_id");
    if (id < 0) return sqlite_error(raw, sqlite3_errcode(raw), "cannot be read", path);
    if (id == 0 && number_in(raw, "SELECT count(*) FROM sqlite_schema") == 0) return Error{ErrorCode::not_found, "is not begun yet", path.string(), "", ""};
    if (id != journal_application_id) return Error{ErrorCode::malformed, "is no file of a journal", path.string(), "", ""};
    return db;
  };
  auto db = open(path.string(), SQLITE_OPEN_READONLY);
  if (db || db.error().code != ErrorCode::io) return db;
  // In a folder that cannot be written, a file that is finished can be read all the same.
  std::error_code ec;
  if (fs::exists(path.string() + "-wal", ec)) return db;
  std::string uri = "file:";
  for (const char c : path.string())
    if (c == '?' || c == '#' || c == '%') {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
      uri += code;
    } else {
      uri += c;
    }
  return open(uri + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

std::int64_t content_hash(const std::vector<std::byte>& body) { return static_cast<std::int64_t>(hash_bytes(bytes_of(body))); }

std::int64_t seal_of(const Entry& e, std::int64_t content) {
  const std::int64_t numbers[] = {static_cast<std::int64_t>(e.number), static_cast<std::int64_t>(e.kind), e.at.us, e.clock ? e.clock->us : -1,
                                  e.retained ? retained_flag : 0, static_cast<std::int64_t>(e.repeats), e.since ? e.since->us : -1, e.until ? e.until->us : -1, content};
  std::uint64_t h = hash_bytes({reinterpret_cast<const char*>(numbers), sizeof numbers});
  for (const auto* text : {&e.feed, &e.source, &e.type}) h = hash_bytes(text_of(*text), h);
  return static_cast<std::int64_t>(h);
}

Result<Statement> prepare_insert(sqlite3* db, const fs::path& path) {
  const std::string sql = std::string("INSERT INTO entry(") + entry_columns + ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)";
  return prepare(db, sql.c_str(), path);
}

int insert(sqlite3_stmt* s, const Entry& e, std::int64_t content) {
  const auto text = [s](int at, const std::string& t) { sqlite3_bind_text(s, at, t.c_str(), static_cast<int>(t.size()), SQLITE_STATIC); };
  const auto moment = [s](int at, const std::optional<Moment>& m) {
    if (m) sqlite3_bind_int64(s, at, m->us);
    else sqlite3_bind_null(s, at);
  };
  sqlite3_bind_int64(s, 1, static_cast<std::int64_t>(e.number));
  sqlite3_bind_int(s, 2, static_cast<int>(e.kind));
  sqlite3_bind_int64(s, 3, e.at.us);
  moment(4, e.clock);
  text(5, e.feed);
  text(6, e.source);
  text(7, e.type);
  sqlite3_bind_int64(s, 8, e.retained ? retained_flag : 0);
  sqlite3_bind_int64(s, 9, static_cast<std::int64_t>(e.repeats));
  moment(10, e.since);
  moment(11, e.until);
  sqlite3_bind_int64(s, 12, content);
  sqlite3_bind_int64(s, 13, seal_of(e, content));
  if (e.repeats != 0 || e.body.empty()) sqlite3_bind_zeroblob(s, 14, 0);
  else sqlite3_bind_blob64(s, 14, e.body.data(), e.body.size(), SQLITE_STATIC);
  const int code = sqlite3_step(s);
  sqlite3_reset(s);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

std::optional<Entry> head_of(sqlite3_stmt* s) {
  const auto text = [s](int at) {
    const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(s, at));
    return p ? std::string(p, static_cast<std::size_t>(sqlite3_column_bytes(s, at))) : std::string();
  };
  const auto moment = [s](int at) -> std::optional<Moment> {
    if (sqlite3_column_type(s, at) == SQLITE_NULL) return std::nullopt;
    return Moment{sqlite3_column_int64(s, at)};
  };
  Entry e;
  e.number = static_cast<std::uint64_t>(sqlite3_column_int64(s, 0));
  e.kind = static_cast<EntryKind>(sqlite3_column_int(s, 1));
  e.at.us = sqlite3_column_int64(s, 2);
  e.clock = moment(3);
  e.feed = text(4);
  e.source = text(5);
  e.type = text(6);
  e.retained = (sqlite3_column_int64(s, 7) & retained_flag) != 0;
  e.repeats = static_cast<std::uint64_t>(sqlite3_column_int64(s, 8));
  e.since = moment(9);
  e.until = moment(10);
  const std::int64_t content = sqlite3_column_int64(s, 11);
  if (sqlite3_column_int64(s, 12) != seal_of(e, content)) return std::nullopt;
  return e;
}

bool take_body(sqlite3_stmt* s, Entry& e) {
  const auto* body = static_cast<const std::byte*>(sqlite3_column_blob(s, 13));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(s, 13));
  if (size > 0 && !body) return false;
  if (size > 0) e.body.assign(body, body + size);
  return e.repeats != 0 || content_hash(e.body) == sqlite3_column_int64(s, 11);
}

}  // namespace tenbo::live
