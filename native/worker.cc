#include "worker.h"

#include <sys/eventfd.h>

namespace rtnetlink {

SystemError Worker::Start(std::function<void(Worker&)> body) {
  wake_ = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_) return SystemError::Last("eventfd");
  return thread_.Start([this, body = std::move(body)] { body(*this); });
}

void Worker::Wake() { eventfd_write(wake(), 1); }

void Worker::ForgetWake() {
  eventfd_t count;
  eventfd_read(wake(), &count);
}

}  // namespace rtnetlink
