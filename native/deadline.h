#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace rtnetlink {

// A budget for waiting. The clock starts at the first question, so an exchange that never waits never reads it.
class Deadline {
 public:
  // A negative timeout is none.
  explicit Deadline(int timeout) : timeout_(timeout) {}

  // As poll() wants it: -1 for ever, 0 when the time is up.
  int Milliseconds() {
    if (timeout_ < 0) return -1;
    const auto now = std::chrono::steady_clock::now();
    if (!end_) end_ = now + std::chrono::milliseconds(timeout_);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end_ - now).count();
    return static_cast<int>(std::max<decltype(left)>(left, 0));
  }

  bool Left() { return Milliseconds() != 0; }

 private:
  int timeout_;
  std::optional<std::chrono::steady_clock::time_point> end_;
};

}  // namespace rtnetlink
