#include <fcntl.h>
#include <napi.h>

#include "environment.h"
#include "netns_handle.h"
#include "netns_mounts.h"
#include "netns_tasks.h"
#include "socket_handle.h"

namespace rtnetlink {
namespace {

// A handle of its own, so that closing it does not take away ours.
Napi::Value OpenHomeNetns(const Napi::CallbackInfo& info) {
  const Netns& home = *Environment::Of(info.Env()).home;
  UniqueFd fd(fcntl(home.fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!fd) {
    Throw(info.Env(), SystemError::Last("fcntl"));
    return {};
  }
  return NetnsHandle::New(info.Env(),
                          std::make_shared<const Netns>(Netns{std::move(fd), home.device, home.inode, home.cookie}));
}

Napi::Value TakeCensus(const Napi::CallbackInfo& info) {
  auto census = Napi::Object::New(info.Env());
  census.Set("descriptors", Napi::Number::New(info.Env(), Census::descriptors.load()));
  census.Set("threads", Napi::Number::New(info.Env(), Census::threads.load()));
  return census;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  const Napi::Function socket_class = SocketHandle::Define(env);
  const Napi::Function netns_class = NetnsHandle::Define(env);
  if (socket_class.IsEmpty() || netns_class.IsEmpty()) return exports;  // a worker that is ended while it loads us
  // Pinned now: later, another addon may have moved this thread, and "here" would be somewhere else.
  auto home = std::make_shared<Netns>();
  auto executor = std::make_shared<Executor>(env);
  SystemError error = CurrentNetns(home.get());
  if (!error) error = executor->Start();
  if (error) {
    Throw(env, error);
    return exports;
  }
  env.SetInstanceData(new Environment{std::move(executor), std::move(home), Napi::Persistent(socket_class),
                                      Napi::Persistent(netns_class)});
  exports.Set("openSocket", Napi::Function::New<SocketHandle::Open>(env, "openSocket"));
  exports.Set("openSocketAsync", Napi::Function::New<SocketHandle::OpenAsync>(env, "openSocketAsync"));
  exports.Set("openHomeNetns", Napi::Function::New<OpenHomeNetns>(env, "openHomeNetns"));
  exports.Set("watchMounts", Napi::Function::New<WatchMounts>(env, "watchMounts"));
  exports.Set("census", Napi::Function::New<TakeCensus>(env, "census"));
  ExportTasks(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(rtnetlink, Init)

}  // namespace rtnetlink
