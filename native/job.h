#pragma once

#include <napi.h>

#include "error.h"

namespace rtnetlink {

// A piece of work in two halves. Made and destroyed on the JavaScript thread.
class Job {
 public:
  virtual ~Job() = default;

  // On a thread of ours: no JavaScript, no Node-API. `wake` becomes readable when the result is not wanted any more.
  virtual void Run(int wake) = 0;

  // Instead of Run, when there is no thread to be had.
  virtual void Fail(SystemError error) = 0;

  // On the JavaScript thread, in a handle scope. Not called when the environment ends first.
  virtual void Deliver(Napi::Env env) = 0;
};

}  // namespace rtnetlink
