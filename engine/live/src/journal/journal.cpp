#include "tenbo/live/journal.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#include "journal/journal_file.h"
#include "journal/repeats.h"
#include "tenbo/base/file.h"
#include "tenbo/base/file_lock.h"
#include "tenbo/live/journal_reader.h"

namespace tenbo::live {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
namespace {

// What one commit takes: few enough that what comes meanwhile does not wait long.
constexpr std::size_t most_at_once = 2000;
constexpr std::uint64_t most_bytes_at_once = std::uint64_t{8} << 20;
constexpr std::uint64_t log_bytes = std::uint64_t{8} << 20;  // written to the log before it is carried into the file
constexpr std::uint64_t row_bytes = 80;                      // of a row beside its body, about

}  // namespace

struct Journal::Impl {
  Impl(fs::path f, JournalOptions o, FileLock l) : folder(std::move(f)), options(std::move(o)), lock_file(std::move(l)), repeats(options.groups, options.repeat_seconds) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    room.notify_all();
    if (writer.joinable()) writer.join();
    {
      const std::lock_guard lock(keep_mutex);
      keep_stopping = true;
    }
    keep_wake.notify_all();
    if (keeper.joinable()) keeper.join();
    insert_row.reset();
    db.reset();  // the last connection carries the log into the file
  }

  Status begin() {
    const auto files = journal_files(folder);
    std::optional<Error> damage;
    std::uint64_t begun_at = 0;  // number of the first entry of the last file that has any
    if (!files.empty()) {
      auto reader = JournalReader::open(folder);
      if (reader) {
        const auto span = reader->span();
        last = span.last_number;
        last_at = span.to;
        // what two feeds both brought is known again
        if (!options.groups.empty() && last > 0) remember(*reader);
      }
      index = files.back().index;
      auto opened = open_journal_file(files.back().path);
      std::optional<Error> bad;
      if (!opened) bad = opened.error();
      else if (auto sound = ends_well(opened->get(), files.back().path, begun_at); !sound) bad = sound.error();
      if (bad && bad->code != ErrorCode::malformed) return *bad;
      if (!bad) {
        db = std::move(*opened);
        path = files.back().path;
      }
      damage = bad;
      if (damage) last = std::max(last, begun_at) + number_leap;
    }
    if (!db) {
      auto made = open_journal_file(folder / journal_file_name(index + 1));
      if (!made) return made.error();
      db = std::move(*made);
      path = folder / journal_file_name(++index);
      if (auto kept = write_back(folder); !kept) return kept;
    }
    auto statement = prepare_insert(db.get(), path);
    if (!statement) return statement.error();
    insert_row = std::move(*statement);
    done = last;
    if (damage) {
      Entry gap;
      gap.kind = EntryKind::gap;
      gap.at = machine_now();
      gap.since = last_at;
      gap.until = gap.at;
      const std::string why = files.back().path.filename().string() + " is damaged: " + damage->message;
      const auto* bytes = reinterpret_cast<const std::byte*>(why.data());
      gap.body.assign(bytes, bytes + why.size());
      queued_bytes += gap.body.size() + row_bytes;
      queue.push_back(std::move(gap));
      ++handed;
    }
    writer = std::thread([this] { write_all(); });
    keeper = std::thread([this] { keep(); });
    return {};
  }

  void remember(JournalReader& reader) {
    JournalQuery q;
    q.from_number = reader.first_at({last_at.us - static_cast<std::int64_t>(options.repeat_seconds * 1e6)});
    for (;;) {
      const auto page = reader.read(q);
      for (const auto& e : page.entries)
        if (e.kind == EntryKind::message) repeats.add(e.feed, content_hash(e.body), e.number, e.repeats, e.at);
      if (page.end) return;
      q.from_number = page.next_number;
    }
  }

  // Whether the last row can be read and is sealed: the rest is looked at by whoever reads it.
  static Status ends_well(sqlite3* connection, const fs::path& file, std::uint64_t& first) {
    const std::string columns = std::string("SELECT ") + entry_columns + " FROM entry ORDER BY number ";
    for (const char* order : {"ASC LIMIT 1", "DESC LIMIT 1"}) {
      auto s = prepare(connection, (columns + order).c_str(), file);
      if (!s) return Error{ErrorCode::malformed, s.error().message, file.string(), "", ""};
      const int code = sqlite3_step(s->get());
      if (code == SQLITE_DONE) return {};
      if (code != SQLITE_ROW) return sqlite_error(connection, code, "cannot be read", file);
      if (first == 0) first = static_cast<std::uint64_t>(sqlite3_column_int64(s->get(), 0));
      if (auto e = head_of(s->get()); !e || !take_body(s->get(), *e)) return Error{ErrorCode::malformed, "an entry at its end is damaged", file.string(), "", ""};
    }
    return {};
  }

  // --- the writer's thread

  void write_all() {
    std::vector<Entry> batch;
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      batch.clear();
      std::uint64_t bytes = 0;
      while (!queue.empty() && batch.size() < most_at_once && (batch.empty() || bytes + queue.front().body.size() <= most_bytes_at_once)) {
        bytes += queue.front().body.size() + row_bytes;
        batch.push_back(std::move(queue.front()));
        queue.pop_front();
      }
      lock.unlock();
      bool written = false;
      for (int tries = 0; !written; ++tries) {
        auto status = commit(batch);
        written = status.ok();
        if (written) break;
        const bool fatal = status.error().code == ErrorCode::malformed;
        lock.lock();
        fault = status.error();
        if (stopping && tries > 0) return;
        wake.wait_for(lock, tries == 0 ? 20ms : 500ms, [this] { return stopping; });
        lock.unlock();
        if (fatal || tries == 3) begin_another(fatal);
      }
      done = batch.back().number;
      if (options.accepted) options.accepted(batch);
      lock.lock();
      fault.reset();
      queued_bytes -= bytes;
      finished += batch.size();
      lock.unlock();
      room.notify_all();
      written_to_log += bytes;
      if (written_to_log > log_bytes) ask_keeper();
      if (size_of_file() > std::min(options.file_bytes, std::uint64_t{16} << 30)) begin_another(false);
      lock.lock();
    }
  }

  std::uint64_t size_of_file() const {
    std::error_code ec;
    const auto file = fs::file_size(path, ec);
    const auto main_bytes = ec ? 0 : file;
    const auto log = fs::file_size(path.string() + "-wal", ec);
    return std::max<std::uint64_t>(main_bytes, ec ? 0 : log);  // the log begins anew once it is carried into the file
  }

  Status commit(std::vector<Entry>& batch) {
    if (auto s = run(db.get(), "BEGIN IMMEDIATE", "cannot be written", path); !s) return s;
    std::uint64_t number = last;
    Moment at = last_at;
    Repeats* const doubles = options.groups.empty() ? nullptr : &repeats;
    std::size_t added = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      Entry& e = batch[i];
      e.number = ++number;
      const Moment clock = e.clock.value_or(e.at);
      if (clock < at) {
        e.clock = clock;
        e.at = at;
      } else {
        e.clock.reset();
        e.at = at = clock;
      }
      const std::int64_t content = content_hash(e.body);
      e.repeats = 0;
      if (doubles && e.kind == EntryKind::message && doubles->watches(e.feed)) {
        e.repeats = doubles->of(e.feed, content, e.at);
        if (e.repeats != 0 && !same_body(e.repeats, e, batch, i)) e.repeats = 0;
        doubles->add(e.feed, content, e.number, e.repeats, e.at);
        ++added;
      }
      if (const int code = insert(insert_row.get(), e, content); code != SQLITE_OK) return undo(code, added);
    }
    if (const int code = sqlite3_exec(db.get(), "COMMIT", nullptr, nullptr, nullptr); code != SQLITE_OK) return undo(code, added);
    last = number;
    last_at = at;
    return {};
  }

  Status undo(int code, std::size_t added) {
    const Error e = sqlite_error(db.get(), code, "cannot be written", path);
    sqlite3_exec(db.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    while (added-- > 0) repeats.take_back();
    return e;
  }

  // Two contents may have one hash; the bytes decide. What lies in an earlier file is read there.
  bool same_body(std::uint64_t number, const Entry& e, const std::vector<Entry>& batch, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      if (batch[i].number == number) return batch[i].body == e.body;
    auto s = prepare(db.get(), "SELECT body FROM entry WHERE number=?1", path);
    if (s) {
      sqlite3_bind_int64(s->get(), 1, static_cast<std::int64_t>(number));
      if (sqlite3_step(s->get()) == SQLITE_ROW) {
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(s->get(), 0));
        const auto* body = static_cast<const std::byte*>(sqlite3_column_blob(s->get(), 0));
        return size == e.body.size() && (size == 0 || std::equal(body, body + size, e.body.begin()));
      }
    }
    auto reader = JournalReader::open(folder);
    if (!reader) return false;
    JournalQuery q;
    q.from_number = number;
    q.most_entries = 1;
    const auto page = reader->read(q);
    return !page.entries.empty() && page.entries[0].number == number && page.entries[0].body == e.body;
  }

  // A file after this one. Where it cannot be made, this one is written on.
  void begin_another(bool damaged) {
    Database next;
    fs::path next_path = folder / journal_file_name(index + 1);
    {
      const std::lock_guard lock(keep_mutex);
      if (prepared_path == next_path) next = std::move(prepared);
      prepared.reset();
    }
    if (!next) {
      auto made = open_journal_file(next_path);
      if (!made) return;
      next = std::move(*made);
    }
    auto statement = prepare_insert(next.get(), next_path);
    if (!statement) return;
    insert_row = std::move(*statement);
    std::swap(db, next);
    path = next_path;
    ++index;
    if (damaged) last += number_leap;
    {
      const std::lock_guard lock(keep_mutex);
      finished_files.push_back(std::move(next));
    }
    keep_wake.notify_all();
  }

  void ask_keeper() {
    written_to_log = 0;
    {
      const std::lock_guard lock(keep_mutex);
      keep_path = path;
      if (size_of_file() > options.file_bytes / 4 * 3 && !prepared) prepare_path = folder / journal_file_name(index + 1);
    }
    keep_wake.notify_all();
  }

  // --- the keeper's thread: what takes the disk its time, and no message should wait for

  void keep() {
    std::unique_lock lock(keep_mutex);
    for (;;) {
      keep_wake.wait(lock, [this] { return keep_stopping || !keep_path.empty() || !finished_files.empty() || !prepare_path.empty(); });
      auto close = std::exchange(finished_files, {});
      const auto carry = std::exchange(keep_path, {});
      const auto make = std::exchange(prepare_path, {});
      const bool stop = keep_stopping;
      lock.unlock();
      close.clear();
      if (!carry.empty() && !stop)
        if (auto connection = open_journal_file(carry)) sqlite3_wal_checkpoint_v2(connection->get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
      Database made;
      if (!make.empty() && !stop)
        if (auto connection = open_journal_file(make)) made = std::move(*connection);
      lock.lock();
      if (made) {
        prepared = std::move(made);
        prepared_path = make;
      }
      if (stop) {
        prepared.reset();
        return;
      }
    }
  }

  const fs::path folder;
  JournalOptions options;
  FileLock lock_file;

  std::mutex mutex;
  std::condition_variable wake, room;
  std::deque<Entry> queue;
  std::uint64_t queued_bytes = 0;  // with those that are being written
  std::uint64_t handed = 0, finished = 0;  // entries
  std::optional<Error> fault;
  bool stopping = false;
  std::atomic<std::uint64_t> done{0};

  // of the writer's thread
  Database db;
  Statement insert_row;
  fs::path path;
  std::uint32_t index = 0;
  std::uint64_t last = 0;
  Moment last_at{std::numeric_limits<std::int64_t>::min()};
  std::uint64_t written_to_log = 0;
  Repeats repeats;
  std::thread writer;

  std::mutex keep_mutex;
  std::condition_variable keep_wake;
  std::vector<Database> finished_files;
  fs::path keep_path, prepare_path, prepared_path;
  Database prepared;
  bool keep_stopping = false;
  std::thread keeper;
};

Journal::Journal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(const fs::path& folder, JournalOptions options) {
  std::error_code ec;
  const bool made = fs::create_directories(folder, ec);
  if (ec) return Error{ErrorCode::io, "the folder of the journal cannot be made: " + ec.message(), folder.string(), "", "name a folder that can be written"};
  if (made)
    if (auto kept = write_back(folder); !kept) return kept.error();
  auto lock = FileLock::try_lock(folder / "lock", FileLock::Kind::exclusive);
  if (!lock) return Error{ErrorCode::io, "the journal cannot be written: " + lock.error().message, folder.string(), "", "name a folder that can be written"};
  if (!*lock) return Error{ErrorCode::io, "the journal is written by another program", folder.string(), "", "end that program, or name another folder"};
  auto impl = std::make_unique<Impl>(folder, std::move(options), std::move(**lock));
  if (auto begun = impl->begin(); !begun) return begun.error();
  return std::unique_ptr<Journal>(new Journal(std::move(impl)));
}

bool Journal::append(Entry entry, const CancelToken& cancel) {
  Impl& i = *impl_;
  const std::uint64_t bytes = entry.body.size() + row_bytes;
  std::unique_lock lock(i.mutex);
  while (i.queued_bytes > 0 && i.queued_bytes + bytes > i.options.queue_bytes) {
    if (cancel.cancelled() || i.stopping) return false;
    i.room.wait_for(lock, 20ms);
  }
  if (cancel.cancelled() || i.stopping) return false;
  i.queued_bytes += bytes;
  ++i.handed;
  i.queue.push_back(std::move(entry));
  lock.unlock();
  i.wake.notify_one();
  return true;
}

bool Journal::flush(std::chrono::milliseconds limit) {
  Impl& i = *impl_;
  std::unique_lock lock(i.mutex);
  const std::uint64_t until = i.handed;
  return i.room.wait_for(lock, limit, [&] { return i.finished >= until; });
}

std::uint64_t Journal::accepted() const { return impl_->done; }
std::optional<Error> Journal::trouble() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->fault;
}
const fs::path& Journal::folder() const { return impl_->folder; }

}  // namespace tenbo::live
