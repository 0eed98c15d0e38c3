#pragma once

#include <functional>
#include <utility>

#include "environment.h"

namespace rtnetlink {

// A function of JavaScript that runs on a throw-away thread: `work` there, `convert` back on the JavaScript thread.
template <typename T>
class Task : public Job {
 public:
  using Work = std::function<SystemError(T*, int wake)>;
  using Convert = Napi::Value (*)(Napi::Env, T&&);

  // With a callback among the arguments at `arity`, returns at once; without, waits for the thread.
  static Napi::Value Start(const Napi::CallbackInfo& info, size_t arity, Convert convert, Work work) {
    const Napi::Env env = info.Env();
    if (env.IsExceptionPending()) return {};  // an argument was no good
    auto task = std::make_unique<Task>(convert, std::move(work));
    if (info[arity].IsFunction()) {
      task->done_ = Napi::Persistent(info[arity].As<Napi::Function>());
      Environment::Of(env).executor->Spawn(std::move(task));
      return env.Undefined();
    }
    Thread thread;
    if (SystemError error = thread.Start([&task] { task->Run(-1); })) task->Fail(std::move(error));
    thread.Join();
    if (!task->error_) return convert(env, std::move(task->result_));
    Throw(env, task->error_);
    return {};
  }

  Task(Convert convert, Work work) : convert_(convert), work_(std::move(work)) {}

  void Run(int wake) override {
    error_ = work_(&result_, wake);
    work_ = nullptr;  // and with it the descriptors that it holds on to
  }

  void Fail(SystemError error) override { error_ = std::move(error); }

  void Deliver(Napi::Env env) override {
    Executor& executor = *Environment::Of(env).executor;
    if (error_) return executor.Call(done_, {ToError(env, error_).Value(), env.Undefined()});
    executor.Call(done_, {env.Undefined(), convert_(env, std::move(result_))});
  }

 private:
  Convert convert_;
  Work work_;
  T result_ = {};
  SystemError error_;
  Napi::FunctionReference done_;
};

}  // namespace rtnetlink
