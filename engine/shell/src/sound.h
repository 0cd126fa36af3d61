#pragma once
// A short tone for an alarm. It is made here and handed to whichever player the system has (pw-play, paplay, aplay, in this order), a
// process of its own: a sound server that hangs or is missing costs the tone and nothing else.
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tenbo/base/jobs.h"

namespace tenbo::shell {

// WAV, 16 bits, one channel, 44,100 Hz, at most 2 s: one beep for levels 0 to 2, two for 3, three pairs for 4 and 5.
std::vector<std::byte> alarm_tone(int level);
// The players that are there, of those folders; $PATH's where none are given.
std::vector<std::filesystem::path> sound_players(const std::vector<std::filesystem::path>& folders = {});

class Sound {
 public:
  explicit Sound(std::vector<std::filesystem::path> players = sound_players()) : players_(std::move(players)) {}
  ~Sound();
  Sound(const Sound&) = delete;
  Sound& operator=(const Sound&) = delete;

  bool possible() const { return !players_.empty(); }
  // Soon, and never waits. What is asked for while a tone sounds follows it once, as the worst of it. [main]
  void play(int level);

 private:
  void work();
  std::vector<std::filesystem::path> players_;  // of the thread, once it runs
  std::mutex mutex_;
  std::condition_variable wake_;
  int wanted_ = -1;
  bool stopping_ = false;
  CancelToken cancel_;
  std::thread thread_;
};

}  // namespace tenbo::shell
