// A journal with damage of any kind: reading it ends, gives only entries whose seals fit, in order, and each number once. The input is
// what happens to a sound file: where it is cut off, then places and the bytes that stand there instead.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tenbo/live/journal.h"
#include "tenbo/live/journal_reader.h"

namespace {

using namespace tenbo::live;
namespace fs = std::filesystem;
constexpr int count = 40;

std::vector<std::byte> body_of(int i) {
  const std::string text = "message " + std::to_string(i) + std::string(static_cast<std::size_t>(i * 331 % 2500), static_cast<char>('a' + i % 26));
  const auto* p = reinterpret_cast<const std::byte*>(text.data());
  return {p, p + text.size()};
}

struct Sound {
  fs::path folder = fs::temp_directory_path() / ("tenbo_fuzz_journal_" + std::to_string(::getpid()));
  std::string file;
  Sound() {
    fs::remove_all(folder);
    {
      auto journal = Journal::open(folder, {});
      if (!journal) std::abort();
      for (int i = 0; i < count; ++i) {
        Entry e;
        e.feed = "feed";
        e.source = std::to_string(i % 3);
        e.at = {i * second_us};
        e.body = body_of(i);
        (void)(*journal)->append(std::move(e));
      }
      if (!(*journal)->flush(std::chrono::seconds(20))) std::abort();
    }
    std::ifstream in(folder / "00000001.sqlite", std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), {});
  }
  ~Sound() { fs::remove_all(folder); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Sound sound;
  std::string file = sound.file;
  if (size >= 3) file.resize(file.size() - (data[0] + 256u * data[1] + 65536u * data[2]) % (file.size() + 1));
  for (std::size_t i = 3; i + 3 < size && !file.empty(); i += 4) file[(data[i] + 256u * data[i + 1] + 65536u * data[i + 2]) % file.size()] = static_cast<char>(data[i + 3]);
  std::ofstream(sound.folder / "00000001.sqlite", std::ios::binary | std::ios::trunc).write(file.data(), static_cast<std::streamsize>(file.size()));
  auto reader = JournalReader::open(sound.folder);
  if (!reader) return 0;
  (void)reader->span();
  (void)reader->first_at({count / 2 * second_us});
  JournalQuery q;
  q.most_entries = 7;
  std::uint64_t before = 0;
  for (int pages = 0;; ++pages) {
    if (pages > 1000) std::abort();
    const auto page = reader->read(q);
    for (const auto& e : page.entries) {
      if (e.number <= before) std::abort();
      before = e.number;
      if (e.repeats == 0 && (e.number > count || e.body != body_of(static_cast<int>(e.number) - 1))) std::abort();
    }
    if (page.end) return 0;
    q.from_number = page.next_number;
  }
}
