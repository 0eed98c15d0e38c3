#pragma once

#include <functional>

#include "thread.h"
#include "unique_fd.h"

namespace rtnetlink {

// A thread and the eventfd that gets it out of a wait.
class Worker {
 public:
  SystemError Start(std::function<void(Worker&)> body);
  void Join() { thread_.Join(); }

  int wake() const { return wake_.get(); }
  void Wake();
  void ForgetWake();

 private:
  UniqueFd wake_;
  Thread thread_;  // Last, so that it is joined before the eventfd goes.
};

}  // namespace rtnetlink
