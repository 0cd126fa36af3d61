#include "tenbo/live/journal_reader.h"

#include <algorithm>
#include <set>

#include "journal/journal_file.h"

namespace tenbo::live {
namespace fs = std::filesystem;

struct JournalReader::Impl {
  struct File {
    JournalFileName name;
    std::uint64_t first = 0;  // number of its first entry; 0 = not known, or none yet
    Moment first_at;
    bool lost = false;  // cannot be opened at all
  };

  explicit Impl(fs::path f) : folder(std::move(f)) { refresh(); }

  void note(const File& file, ErrorCode code, std::string message, const std::string& place = {}) {
    if (told.size() < 10'000 && told.insert(file.name.path.filename().string() + place + message).second)
      notes.warn({code, std::move(message), file.name.path.string(), place, "what can be read is; a copy of the journal may have the rest"});
  }

  void refresh() {
    for (auto& found : journal_files(folder))
      if (files.empty() || found.index > files.back().name.index) files.push_back({std::move(found)});
  }

  // The connection to a file; one is kept open.
  sqlite3* open(File& file) {
    if (file.lost) return nullptr;
    if (open_index == file.name.index && connection) return connection.get();
    rows.reset();
    connection.reset();
    auto opened = open_journal_file_to_read(file.name.path);
    if (!opened && opened.error().code == ErrorCode::not_found) return nullptr;
    if (!opened) {
      note(file, opened.error().code, "cannot be read: " + opened.error().message);
      file.lost = opened.error().code == ErrorCode::malformed;
      return nullptr;
    }
    connection = std::move(*opened);
    open_index = file.name.index;
    return connection.get();
  }

  // The first row from `number` on, or the one after a damaged stretch; nothing at the end of the file. The statement then
  // stands on it, and goes on with sqlite3_step().
  sqlite3_stmt* row_from(File& file, std::uint64_t number) {
    sqlite3* db = open(file);
    if (!db) return nullptr;
    int code = seek(db, file, number);
    if (code == SQLITE_ROW) return rows.get();
    if (code == SQLITE_DONE) return nullptr;
    // damaged here: farther and farther on until something can be read, then back to the first that can
    std::uint64_t bad = number, good = 0;
    for (std::uint64_t step = 1; step < std::uint64_t{1} << 40; step *= 2) {
      code = seek(db, file, number + step);
      if (code == SQLITE_ROW || code == SQLITE_DONE) {
        good = number + step;
        break;
      }
      bad = number + step;
    }
    if (good == 0) {
      note(file, ErrorCode::malformed, "is damaged: nothing can be read from entry " + std::to_string(number) + " on");
      return nullptr;
    }
    while (good - bad > 1) {
      const std::uint64_t middle = bad + (good - bad) / 2;
      code = seek(db, file, middle);
      (code == SQLITE_ROW || code == SQLITE_DONE ? good : bad) = middle;
    }
    code = seek(db, file, good);
    if (code != SQLITE_ROW) {
      note(file, ErrorCode::malformed, "is damaged: nothing can be read from entry " + std::to_string(number) + " on");
      return nullptr;
    }
    note(file, ErrorCode::malformed, "is damaged: entries " + std::to_string(number) + " to " +
                                         std::to_string(sqlite3_column_int64(rows.get(), 0) - 1) + " cannot be read");
    return rows.get();
  }

  // SQLite's code. A row before the one that was asked for is damage too.
  int seek(sqlite3* db, const File& file, std::uint64_t number) {
    if (rows) {
      sqlite3_reset(rows.get());
    } else {
      auto s = prepare(db, (std::string("SELECT ") + entry_columns + " FROM entry WHERE number>=?1 ORDER BY number").c_str(), file.name.path);
      if (!s) return SQLITE_CORRUPT;
      rows = std::move(*s);
    }
    sqlite3_bind_int64(rows.get(), 1, static_cast<std::int64_t>(number));
    const int code = sqlite3_step(rows.get());
    return code == SQLITE_ROW && number_of(rows.get()) < number ? SQLITE_CORRUPT : code;
  }
  // The row after the one that the statement stands on, or that after a damaged stretch.
  sqlite3_stmt* row_after(File& file, std::uint64_t number) {
    const int code = sqlite3_step(rows.get());
    if (code == SQLITE_DONE) return nullptr;
    if (code == SQLITE_ROW && number_of(rows.get()) > number) return rows.get();
    return row_from(file, number + 1);
  }
  static std::uint64_t number_of(sqlite3_stmt* row) { return static_cast<std::uint64_t>(sqlite3_column_int64(row, 0)); }
  // No reader may keep the log from being carried into the file.
  void let_go() {
    if (rows) sqlite3_reset(rows.get());
  }

  bool know_first(File& file) {
    if (file.first != 0) return true;
    for (std::uint64_t number = 1;;) {
      auto* row = row_from(file, number);
      if (!row) break;
      if (const auto e = head_of(row)) {
        file.first = e->number;
        file.first_at = e->at;
        break;
      }
      number = number_of(row) + 1;
    }
    let_go();
    return file.first != 0;
  }

  // Where `number` stands, or what follows it.
  std::size_t file_of(std::uint64_t number) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < files.size(); ++i)
      if (know_first(files[i]) && files[i].first <= number) at = i;
    return at;
  }

  JournalPage read(const JournalQuery& q) {
    refresh();
    JournalPage page;
    page.next_number = q.from_number;
    std::uint64_t bytes = 0;
    std::uint64_t expected = q.from_number == next_expected ? q.from_number : 0;
    std::vector<std::size_t> without_body;
    for (std::size_t i = file_of(q.from_number); i < files.size(); ++i) {
      File& file = files[i];
      for (auto* row = row_from(file, page.next_number); row;) {
        const auto number = number_of(row);
        auto e = head_of(row);
        if (e && e->at > q.to) {
          page.end = true;
          return finish(page, without_body);
        }
        if (e && (q.feeds.empty() || e->kind == EntryKind::gap || std::find(q.feeds.begin(), q.feeds.end(), e->feed) != q.feeds.end())) {
          const auto size = static_cast<std::uint64_t>(std::max(0, sqlite3_column_bytes(row, 13)));
          if (page.entries.size() >= q.most_entries || (!page.entries.empty() && bytes + size > q.most_bytes)) return finish(page, without_body);
          if (take_body(row, *e)) {
            bytes += size;
            if (e->repeats != 0) without_body.push_back(page.entries.size());
            page.entries.push_back(std::move(*e));
          } else {
            e.reset();
          }
        }
        if (!e && head_of(row) == std::nullopt) note(file, ErrorCode::malformed, "is damaged: it is left out", "entry " + std::to_string(number));
        else if (!e) note(file, ErrorCode::malformed, "has a damaged body: it is left out", "entry " + std::to_string(number));
        if (expected != 0 && number > expected && number - expected < number_leap)
          note(file, ErrorCode::malformed, "entries " + std::to_string(expected) + " to " + std::to_string(number - 1) + " are missing");
        page.next_number = expected = number + 1;
        row = row_after(file, number);
      }
      let_go();
    }
    page.end = true;
    return finish(page, without_body);
  }

  JournalPage finish(JournalPage& page, const std::vector<std::size_t>& without_body) {
    let_go();
    next_expected = page.next_number;
    for (const auto i : without_body) page.entries[i].body = body_of(page.entries[i].repeats);
    return std::move(page);
  }

  std::vector<std::byte> body_of(std::uint64_t number) {
    Entry e;
    if (auto* row = row_from(files[file_of(number)], number); row && number_of(row) == number) take_body(row, e);
    let_go();
    return std::move(e.body);
  }

  // Number and time of the last entry of a file; number 0 where it has none.
  std::pair<std::uint64_t, Moment> last_of(File& file) {
    if (!know_first(file)) return {};
    sqlite3* db = open(file);
    auto s = prepare(db, (std::string("SELECT ") + entry_columns + " FROM entry ORDER BY number DESC").c_str(), file.name.path);
    if (s)
      while (sqlite3_step(s->get()) == SQLITE_ROW)
        if (const auto e = head_of(s->get())) return {e->number, e->at};
    // its end is damaged: all of it is gone over
    std::pair<std::uint64_t, Moment> last{file.first, file.first_at};
    for (auto* row = row_from(file, file.first); row;) {
      if (const auto e = head_of(row)) last = {e->number, e->at};
      const auto number = number_of(row);
      row = row_after(file, number);
    }
    let_go();
    return last;
  }

  std::uint64_t first_at(Moment t) {
    refresh();
    std::uint64_t after_all = 1;
    for (std::size_t i = files.size(); i-- > 0;) {
      File& file = files[i];
      if (!know_first(file)) continue;
      if (file.first_at >= t) {
        after_all = file.first;
        continue;
      }
      const auto [last, last_time] = last_of(file);
      if (last_time < t) return i + 1 < files.size() && after_all != 1 ? after_all : last + 1;
      std::uint64_t before = file.first, from = last;  // the first arrived before, the last not
      while (from - before > 1) {
        const std::uint64_t middle = before + (from - before) / 2;
        auto* row = row_from(file, middle);
        const auto e = row ? head_of(row) : std::nullopt;
        if (!e || e->at >= t) from = middle;
        else before = std::min(e->number, from - 1);
      }
      let_go();
      return from;
    }
    return after_all;
  }

  JournalSpan span() {
    refresh();
    JournalSpan out;
    for (auto& file : files)
      if (know_first(file)) {
        out.first_number = file.first;
        out.from = file.first_at;
        break;
      }
    for (std::size_t i = files.size(); i-- > 0;)
      if (const auto [last, at] = last_of(files[i]); last != 0) {
        out.last_number = last;
        out.to = at;
        break;
      }
    return out;
  }

  fs::path folder;
  std::vector<File> files;
  Database connection;
  std::uint32_t open_index = 0;
  Statement rows;
  std::uint64_t next_expected = 1;
  Diagnostics notes;
  std::set<std::string> told;
};

JournalReader::JournalReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JournalReader::JournalReader(JournalReader&&) noexcept = default;
JournalReader& JournalReader::operator=(JournalReader&&) noexcept = default;
JournalReader::~JournalReader() = default;

Result<JournalReader> JournalReader::open(const fs::path& folder) {
  std::error_code ec;
  if (!fs::is_directory(folder, ec)) return Error{ErrorCode::not_found, "there is no journal: a journal is a folder", folder.string(), "", ""};
  if (journal_files(folder).empty()) return Error{ErrorCode::not_found, "there is no file of a journal in it (00000001.sqlite)", folder.string(), "", ""};
  return JournalReader(std::make_unique<Impl>(folder));
}

JournalPage JournalReader::read(const JournalQuery& query) { return impl_->read(query); }
std::uint64_t JournalReader::first_at(Moment t) { return impl_->first_at(t); }
JournalSpan JournalReader::span() { return impl_->span(); }
const Diagnostics& JournalReader::notes() const { return impl_->notes; }

}  // namespace tenbo::live
