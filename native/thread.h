#pragma once

#include <pthread.h>

#include <functional>

#include "error.h"

namespace rtnetlink {

// A thread of our own: it runs no JavaScript, takes no signal, and is always joined.
class Thread {
 public:
  Thread() = default;
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  ~Thread() { Join(); }

  SystemError Start(std::function<void()> body);
  void Join();

 private:
  static void* Main(void* self);

  std::function<void()> body_;
  pthread_t thread_ = {};
  bool running_ = false;
};

}  // namespace rtnetlink
