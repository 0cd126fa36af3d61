#pragma once
// The one clock that "now" is drawn from: real, replayed at a speed, or stopped. A value; whoever owns it asks it, and nobody
// asks the machine's clock instead.
#include <chrono>
#include <optional>

#include "tenbo/live/moment.h"

namespace tenbo::live {

class Clock {
 public:
  enum class Mode { real, replayed, stopped };
  using Steady = std::chrono::steady_clock::time_point;

  static Clock real() { return Clock(Mode::real, {}, 1, {}); }
  // At `from` when the machine's steady clock stands at `begun`, and `speed` seconds on for each of its seconds. Speed 0 or less,
  // or none that is a number, stands still.
  static Clock replayed(Moment from, double speed, Steady begun = std::chrono::steady_clock::now());
  static Clock stopped(Moment at) { return Clock(Mode::stopped, at, 0, {}); }

  Mode mode() const { return mode_; }
  double speed() const { return speed_; }
  Moment now() const { return at(machine_now(), std::chrono::steady_clock::now()); }
  // The same as a function of what the machine's two clocks say.
  Moment at(Moment machine, Steady steady) const;

  // The same moment, standing still; and from there on again.
  Clock paused(Steady steady = std::chrono::steady_clock::now()) const { return stopped(at(machine_now(), steady)); }
  Clock resumed(double speed, Steady steady = std::chrono::steady_clock::now()) const { return replayed(at(machine_now(), steady), speed, steady); }

 private:
  Clock(Mode mode, Moment from, double speed, Steady begun) : mode_(mode), from_(from), speed_(speed), begun_(begun) {}
  Mode mode_;
  Moment from_;
  double speed_;
  Steady begun_;
};

}  // namespace tenbo::live
