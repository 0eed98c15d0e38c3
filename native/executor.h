#pragma once

#include <napi.h>
#include <uv.h>

#include <condition_variable>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "job.h"
#include "worker.h"

namespace rtnetlink {

// Jobs that run one at a time, first in first out. Guarded by the executor's mutex.
class Lane {
 private:
  friend class Executor;
  std::deque<std::unique_ptr<Job>> queue_;
  Worker* runner_ = nullptr;
  bool scheduled_ = false;  // Among the ready lanes, or being run.
};

// The threads of one environment, and the way back from them to its JavaScript thread.
//
// Not libuv's pool, whose four threads belong to the whole process: a netlink send does the kernel's work inside the
// call, for tens of milliseconds at times. All methods are for the JavaScript thread.
class Executor : public std::enable_shared_from_this<Executor> {
 public:
  explicit Executor(Napi::Env env) : env_(env) {}
  SystemError Start();

  // Lanes side by side, on a few threads that are kept.
  void Submit(const std::shared_ptr<Lane>& lane, std::unique_ptr<Job> job);

  // Drops what the lane has queued and wakes the job that it is running. How many were dropped.
  size_t Clear(Lane& lane);

  // Waits until the lane has nothing queued and runs nothing. What ran is delivered later, as ever.
  void Await(Lane& lane);

  // On a throw-away thread, which may change namespace.
  void Spawn(std::unique_ptr<Job> job);

  // Calls into JavaScript as the event loop would: microtasks run afterwards, an exception is an uncaughtException.
  void Call(const Napi::FunctionReference& callback, std::initializer_list<napi_value> arguments);

 private:
  using Crew = std::list<std::unique_ptr<Worker>>;

  void Work(Worker& self);
  bool Hire();
  void StartErrands();
  void RunErrand(Worker& self, std::unique_ptr<Job> job);
  void Finish(std::unique_ptr<Job> job);
  void Expect();
  void Settle(size_t count);
  void OnAsync();
  void Stop(napi_async_cleanup_hook_handle hook);

  napi_env env_;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  std::shared_ptr<Executor> self_;  // Until libuv has let go of async_.
  uv_async_t async_ = {};
  size_t pending_ = 0;  // While there are any, the event loop stays alive.
  Crew pool_;
  Crew errands_;
  std::deque<std::unique_ptr<Job>> waiting_errands_;

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable lane_idle_;
  std::deque<std::shared_ptr<Lane>> ready_;
  std::vector<std::unique_ptr<Job>> done_;
  std::vector<Worker*> finished_errands_;
  size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace rtnetlink
