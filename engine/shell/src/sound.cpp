#include "sound.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <numbers>
#include <utility>

#include "tenbo/base/private_file.h"
#include "tenbo/base/process.h"

namespace tenbo::shell {
namespace {
constexpr int rate = 44'100;           // samples a second
constexpr double edge = 0.012;         // s in which a beep swells and fades: no click
constexpr double loudness = 0.35;      // of full scale: the volume is the system's matter
struct Beep { double hertz, seconds, rest; };

std::vector<Beep> beeps_of(int level) {
  if (level >= 4) return {{988, 0.14, 0.03}, {784, 0.14, 0.14}, {988, 0.14, 0.03}, {784, 0.14, 0.14}, {988, 0.14, 0.03}, {784, 0.2, 0}};
  if (level == 3) return {{880, 0.18, 0.12}, {880, 0.24, 0}};
  return {{660, 0.3, 0}};
}
}  // namespace

std::vector<std::byte> alarm_tone(int level) {
  std::vector<std::int16_t> samples;
  for (const Beep& b : beeps_of(level)) {
    const int n = static_cast<int>(b.seconds * rate);
    for (int i = 0; i < n; ++i) {
      const double t = static_cast<double>(i) / rate, swell = std::min({1.0, t / edge, (b.seconds - t) / edge});
      const double wave = std::sin(2 * std::numbers::pi * b.hertz * t) + 0.25 * std::sin(4 * std::numbers::pi * b.hertz * t);
      samples.push_back(static_cast<std::int16_t>(std::lround(32767 * loudness * std::max(0.0, swell) * wave / 1.25)));
    }
    samples.insert(samples.end(), static_cast<std::size_t>(b.rest * rate), 0);
  }
  std::vector<std::byte> out;
  const auto text = [&](const char* four) { for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::byte>(four[i])); };
  const auto number = [&](std::uint32_t v, int bytes) { for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(v >> (8 * i))); };
  const auto size = static_cast<std::uint32_t>(samples.size() * 2);
  text("RIFF");
  number(36 + size, 4);
  text("WAVE");
  text("fmt ");
  number(16, 4);
  number(1, 2);  // PCM
  number(1, 2);
  number(rate, 4);
  number(rate * 2, 4);
  number(2, 2);
  number(16, 2);
  text("data");
  number(size, 4);
  for (const std::int16_t s : samples) number(static_cast<std::uint16_t>(s), 2);
  return out;
}

std::vector<std::filesystem::path> sound_players(const std::vector<std::filesystem::path>& given) {
  std::vector<std::filesystem::path> folders = given, out;
  if (folders.empty()) {
    const char* path = std::getenv("PATH");
    std::string rest = path ? path : "/usr/bin:/bin";
    for (std::size_t at = 0; at <= rest.size();) {
      const auto end = std::min(rest.find(':', at), rest.size());
      if (end > at && rest[at] == '/') folders.emplace_back(rest.substr(at, end - at));
      at = end + 1;
    }
  }
  std::error_code ec;
  for (const char* name : {"pw-play", "paplay", "aplay"})
    for (const auto& folder : folders)
      if (std::filesystem::is_regular_file(folder / name, ec)) {
        out.push_back(folder / name);
        break;
      }
  return out;
}

Sound::~Sound() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  cancel_.cancel();
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sound::play(int level) {
  if (!possible()) return;
  {
    const std::lock_guard lock(mutex_);
    wanted_ = std::max(wanted_, std::max(0, level));
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  wake_.notify_all();
}

void Sound::work() {
  std::map<int, std::shared_ptr<const PrivateFile>> files;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || wanted_ >= 0; });
    if (stopping_) return;
    const int level = std::exchange(wanted_, -1);
    lock.unlock();
    auto& file = files[level];
    if (!file)
      if (auto made = PrivateFile::make(alarm_tone(level), ".wav")) file = std::move(*made);
    ChildOptions options;
    options.time_limit = std::chrono::seconds(6);
    options.memory_limit_bytes = 0;
    options.cancel = cancel_;
    // The first that works is the first the next time: without a sound server pw-play fails, and aplay may not.
    for (std::size_t i = 0; file && i < players_.size(); ++i) {
      std::vector<std::string> arguments{file->path().string()};
      if (players_[i].filename() == "aplay") arguments.insert(arguments.begin(), "-q");
      const auto played = run_child(players_[i], arguments, options);
      if (!played || played->exit_code != 0) continue;
      std::swap(players_[0], players_[i]);
      break;
    }
    lock.lock();
  }
}

}  // namespace tenbo::shell
