#include "netns_mounts.h"

#include <fcntl.h>
#include <uv.h>

#include <memory>

#include "environment.h"

namespace rtnetlink {
namespace {

constexpr char kMountTable[] = "/proc/thread-self/mountinfo";

// Deletes itself once libuv has let go of it.
class MountWatch {
 public:
  // What JavaScript holds; it outlives the watch when the environment ends, and the watch outlives it otherwise.
  struct Handle {
    MountWatch* watch = nullptr;
  };

  MountWatch(Napi::Env env, UniqueFd table, Napi::FunctionReference changed, Handle* handle)
      : env_(env), table_(std::move(table)), changed_(std::move(changed)), handle_(handle) {}

  SystemError Start() {
    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(env_, &loop);
    poll_.data = this;
    if (const int result = uv_poll_init(loop, &poll_, table_.get())) return {-result, "uv_poll_init"};
    started_ = true;
    uv_unref(reinterpret_cast<uv_handle_t*>(&poll_));
    napi_add_async_cleanup_hook(
        env_, [](napi_async_cleanup_hook_handle, void* self) { static_cast<MountWatch*>(self)->Close(); }, this,
        &hook_);
    // The table can always be read; only a change of it is urgent.
    const int result = uv_poll_start(&poll_, UV_PRIORITIZED,
                                     [](uv_poll_t* poll, int, int) { static_cast<MountWatch*>(poll->data)->Tell(); });
    return result == 0 ? SystemError{} : SystemError{-result, "uv_poll_start"};
  }

  void Close() {
    if (std::exchange(closing_, true)) return;
    handle_->watch = nullptr;
    changed_.Reset();
    if (!started_) {
      delete this;
      return;
    }
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* poll) {
      const auto* self = static_cast<MountWatch*>(poll->data);
      napi_remove_async_cleanup_hook(self->hook_);
      delete self;
    });
  }

 private:
  void Tell() {
    Napi::HandleScope scope(env_);
    Environment::Of(env_).executor->Call(changed_, {});
  }

  napi_env env_;
  UniqueFd table_;
  Napi::FunctionReference changed_;
  Handle* handle_;
  uv_poll_t poll_ = {};
  napi_async_cleanup_hook_handle hook_ = nullptr;
  bool started_ = false;
  bool closing_ = false;
};

void CloseWatch(void* handle) {
  if (MountWatch* watch = static_cast<MountWatch::Handle*>(handle)->watch) watch->Close();
}

// Owns the handle, so that the watch goes with it. Empty when the environment is being terminated.
Napi::Function CloserOf(Napi::Env env, std::unique_ptr<MountWatch::Handle> handle) {
  auto close = Napi::Function::New(
      env, [](const Napi::CallbackInfo& info) { CloseWatch(info.Data()); }, "close", handle.get());
  if (close.IsEmpty()) return {};
  const napi_finalize finalize = [](napi_env, void* data, void*) {
    CloseWatch(data);
    delete static_cast<MountWatch::Handle*>(data);
  };
  if (napi_add_finalizer(env, close, handle.get(), finalize, nullptr, nullptr) != napi_ok) return {};
  handle.release();
  return close;
}

}  // namespace

Napi::Value WatchMounts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsFunction()) {
    ThrowTypeError(env, "watchMounts takes a function");
    return {};
  }
  UniqueFd table(open(kMountTable, O_RDONLY | O_CLOEXEC));
  if (!table) {
    Throw(env, SystemError::Last("open", kMountTable));
    return {};
  }
  auto handle = std::make_unique<MountWatch::Handle>();
  MountWatch::Handle* const shared = handle.get();
  const Napi::Function close = CloserOf(env, std::move(handle));
  if (close.IsEmpty()) return {};
  shared->watch = new MountWatch(env, std::move(table), Napi::Persistent(info[0].As<Napi::Function>()), shared);
  if (SystemError error = shared->watch->Start()) {
    shared->watch->Close();
    Throw(env, error);
    return {};
  }
  auto result = Napi::Object::New(env);
  result.Set("close", close);
  return result;
}

}  // namespace rtnetlink
