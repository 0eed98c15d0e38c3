#include "executor.h"

#include <algorithm>

namespace rtnetlink {
namespace {

constexpr size_t kPoolSize = 8;
constexpr size_t kMaxErrands = 8;

}  // namespace

// The hook is asynchronous because a handle of libuv is gone only after its close callback, which a synchronous hook
// cannot wait for: the addon could be unloaded before.
SystemError Executor::Start() {
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env_, &loop);
  async_.data = this;
  const int result =
      uv_async_init(loop, &async_, [](uv_async_t* async) { static_cast<Executor*>(async->data)->OnAsync(); });
  if (result != 0) return {-result, "uv_async_init"};
  uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
  napi_async_init(env_, nullptr, Napi::String::New(env_, "rtnetlink"), &context_);
  self_ = shared_from_this();
  napi_add_async_cleanup_hook(
      env_, [](napi_async_cleanup_hook_handle hook, void* self) { static_cast<Executor*>(self)->Stop(hook); }, this,
      &hook_);
  return {};
}

void Executor::Submit(const std::shared_ptr<Lane>& lane, std::unique_ptr<Job> job) {
  Expect();
  std::unique_lock lock(mutex_);
  lane->queue_.push_back(std::move(job));
  if (lane->scheduled_) return;
  lane->scheduled_ = true;
  ready_.push_back(lane);
  // A thread that has been notified but has not woken yet counts as idle, and its lane still as ready.
  const bool enough = ready_.size() <= idle_ || pool_.size() >= kPoolSize;
  lock.unlock();
  if (enough || Hire()) return work_.notify_one();
}

// False if there is nobody at all to do the work.
bool Executor::Hire() {
  auto worker = std::make_unique<Worker>();
  SystemError error = worker->Start([this](Worker& self) { Work(self); });
  if (!error) pool_.push_back(std::move(worker));
  if (!pool_.empty()) return true;
  std::lock_guard lock(mutex_);
  for (auto& lane : ready_) {
    lane->scheduled_ = false;
    for (auto& job : lane->queue_) {
      job->Fail(error);
      Finish(std::move(job));
    }
    lane->queue_.clear();
  }
  ready_.clear();
  return false;
}

void Executor::Work(Worker& self) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (ready_.empty()) {
      ++idle_;
      work_.wait(lock);
      --idle_;
      continue;
    }
    const std::shared_ptr<Lane> lane = std::move(ready_.front());
    ready_.pop_front();
    if (!lane->queue_.empty()) {
      std::unique_ptr<Job> job = std::move(lane->queue_.front());
      lane->queue_.pop_front();
      lane->runner_ = &self;
      self.ForgetWake();
      lock.unlock();
      job->Run(self.wake());
      lock.lock();
      lane->runner_ = nullptr;
      Finish(std::move(job));
    }
    lane->scheduled_ = !lane->queue_.empty();
    if (lane->scheduled_)
      ready_.push_back(lane);
    else
      lane_idle_.notify_all();
  }
}

size_t Executor::Clear(Lane& lane) {
  std::deque<std::unique_ptr<Job>> dropped;
  {
    std::lock_guard lock(mutex_);
    dropped.swap(lane.queue_);
    if (lane.runner_ != nullptr) lane.runner_->Wake();
  }
  Settle(dropped.size());
  return dropped.size();
}

void Executor::Await(Lane& lane) {
  std::unique_lock lock(mutex_);
  lane_idle_.wait(lock, [&lane] { return lane.queue_.empty() && lane.runner_ == nullptr; });
}

void Executor::Spawn(std::unique_ptr<Job> job) {
  Expect();
  waiting_errands_.push_back(std::move(job));
  StartErrands();
}

// Bounded, so that a thousand calls at once are not a thousand threads.
void Executor::StartErrands() {
  while (!waiting_errands_.empty() && errands_.size() < kMaxErrands) {
    // Shared, as std::function must be able to copy what it holds.
    auto job = std::make_shared<std::unique_ptr<Job>>(std::move(waiting_errands_.front()));
    waiting_errands_.pop_front();
    errands_.push_back(std::make_unique<Worker>());
    SystemError error = errands_.back()->Start([this, job](Worker& self) { RunErrand(self, std::move(*job)); });
    if (!error) continue;
    errands_.pop_back();
    (*job)->Fail(error);
    std::lock_guard lock(mutex_);
    Finish(std::move(*job));
  }
}

void Executor::RunErrand(Worker& self, std::unique_ptr<Job> job) {
  job->Run(self.wake());
  std::lock_guard lock(mutex_);
  finished_errands_.push_back(&self);
  Finish(std::move(job));
}

// Under the mutex: Stop() takes it before it closes async_.
void Executor::Finish(std::unique_ptr<Job> job) {
  done_.push_back(std::move(job));
  uv_async_send(&async_);
}

void Executor::Expect() {
  if (pending_++ == 0) uv_ref(reinterpret_cast<uv_handle_t*>(&async_));
}

void Executor::Settle(size_t count) {
  pending_ -= count;
  if (pending_ == 0) uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
}

void Executor::OnAsync() {
  std::vector<std::unique_ptr<Job>> done;
  std::vector<Worker*> finished;
  {
    std::lock_guard lock(mutex_);
    done.swap(done_);
    finished.swap(finished_errands_);
  }
  for (Worker* worker : finished) {
    errands_.remove_if([worker](const auto& errand) { return errand.get() == worker; });
  }
  StartErrands();
  for (auto& job : done) {
    Napi::HandleScope scope(env_);
    job->Deliver(env_);
    job.reset();
  }
  Settle(done.size());
}

void Executor::Call(const Napi::FunctionReference& callback, std::initializer_list<napi_value> arguments) {
  // A value that could not be made: the environment is being terminated.
  if (std::find(arguments.begin(), arguments.end(), nullptr) != arguments.end()) return;
  napi_value result;
  const napi_status status = napi_make_callback(env_, context_, Napi::Env(env_).Global(), callback.Value(),
                                                arguments.size(), arguments.begin(), &result);
  if (status != napi_pending_exception) return;
  napi_value exception;
  if (napi_get_and_clear_last_exception(env_, &exception) == napi_ok) napi_fatal_exception(env_, exception);
}

// Bounded by the longest call to the kernel: whoever waits is woken.
void Executor::Stop(napi_async_cleanup_hook_handle hook) {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& worker : pool_) worker->Wake();
    for (auto& worker : errands_) worker->Wake();
  }
  work_.notify_all();
  pool_.clear();
  errands_.clear();
  waiting_errands_.clear();
  for (auto& lane : ready_) lane->queue_.clear();
  ready_.clear();
  done_.clear();
  napi_async_destroy(env_, context_);
  hook_ = hook;
  uv_close(reinterpret_cast<uv_handle_t*>(&async_), [](uv_handle_t* async) {
    const auto self = std::move(static_cast<Executor*>(async->data)->self_);
    napi_remove_async_cleanup_hook(self->hook_);
  });
}

}  // namespace rtnetlink
