#include "thread.h"

#include <csignal>

#include "census.h"

namespace rtnetlink {
namespace {

// Address space only; sanitizers and large thread-local blocks need more than the minimum.
constexpr size_t kStackSize = 1 << 20;

}  // namespace

// The mask is inherited at birth: blocking signals from inside would leave a moment in which the new thread could be
// the one that a handler of the process runs on.
SystemError Thread::Start(std::function<void()> body) {
  body_ = std::move(body);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackSize);
  const int number = pthread_create(&thread_, &attributes, &Thread::Main, this);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (number != 0) return {number, "pthread_create"};
  running_ = true;
  ++Census::threads;
  return {};
}

void Thread::Join() {
  if (!running_) return;
  pthread_join(thread_, nullptr);
  running_ = false;
  --Census::threads;
}

void* Thread::Main(void* self) {
  pthread_setname_np(pthread_self(), "rtnetlink");
  static_cast<Thread*>(self)->body_();
  return nullptr;
}

}  // namespace rtnetlink
