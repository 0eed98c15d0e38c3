#include "netns_tasks.h"

#include <netinet/in.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "arguments.h"
#include "inet_socket.h"
#include "netns_dir.h"
#include "netns_handle.h"
#include "netns_open.h"
#include "proc_file.h"
#include "task.h"
#include "tun.h"

namespace rtnetlink {
namespace {

struct Nothing {};

Napi::Value ToHandle(Napi::Env env, Netns&& netns) {
  return NetnsHandle::New(env, std::make_shared<const Netns>(std::move(netns)));
}

Napi::Value ToUndefined(Napi::Env env, Nothing&&) { return env.Undefined(); }

Napi::Value ToText(Napi::Env env, std::string&& text) { return Napi::String::New(env, text); }

Napi::Value ToInetSocket(Napi::Env env, InetSocket&& socket) {
  auto result = Napi::Object::New(env);
  result.Set("port", Napi::Number::New(env, socket.port));
  result.Set("fd", Napi::Number::New(env, socket.fd.Release()));
  return result;
}

// The function that closes the descriptor owns it, so that it goes with that, or with the environment. Null when the
// environment is being terminated.
Napi::Value ToQueue(Napi::Env env, UniqueFd&& fd) {
  const int number = fd.get();
  auto owner = std::make_unique<UniqueFd>(std::move(fd));
  auto close = Napi::Function::New(
      env, [](const Napi::CallbackInfo& info) { *static_cast<UniqueFd*>(info.Data()) = UniqueFd(); }, "close",
      owner.get());
  if (close.IsEmpty()) return {};
  const napi_finalize finalize = [](napi_env, void* data, void*) { delete static_cast<UniqueFd*>(data); };
  if (napi_add_finalizer(env, close, owner.get(), finalize, nullptr, nullptr) != napi_ok) return {};
  owner.release();
  auto queue = Napi::Object::New(env);
  queue.Set("fd", Napi::Number::New(env, number));
  queue.Set("close", close);
  return queue;
}

Napi::Value CreateNetns(const Napi::CallbackInfo& info) {
  if (info[1].IsUndefined()) {
    return Task<Netns>::Start(info, 2, &ToHandle, [](Netns* out, int) { return CreateNameless(out); });
  }
  return Task<Netns>::Start(info, 2, &ToHandle,
                            [directory = PathArgument(info[0]), name = PathArgument(info[1])](Netns* out, int wake) {
                              return CreateNamed(directory, name, wake, out);
                            });
}

Napi::Value OpenNetns(const Napi::CallbackInfo& info) {
  return Task<Netns>::Start(info, 2, &ToHandle,
                            [directory = PathArgument(info[0]), name = PathArgument(info[1])](Netns* out, int) {
                              return OpenNamed(directory, name, out);
                            });
}

Napi::Value OpenNetnsPath(const Napi::CallbackInfo& info) {
  return Task<Netns>::Start(info, 1, &ToHandle,
                            [path = PathArgument(info[0])](Netns* out, int) { return OpenPath(path, out); });
}

Napi::Value OpenNetnsPid(const Napi::CallbackInfo& info) {
  return Task<Netns>::Start(info, 1, &ToHandle, [pid = info[0].As<Napi::Number>().Int32Value()](Netns* out, int) {
    return OpenPid(pid, out);
  });
}

Napi::Value AttachNetns(const Napi::CallbackInfo& info) {
  return Task<Nothing>::Start(
      info, 3, &ToUndefined,
      [directory = PathArgument(info[0]), name = PathArgument(info[1]), netns = NetnsArgument(info[2])](
          Nothing*, int wake) { return AttachNamed(directory, name, *netns, wake); });
}

Napi::Value DeleteNetns(const Napi::CallbackInfo& info) {
  return Task<Nothing>::Start(info, 2, &ToUndefined,
                              [directory = PathArgument(info[0]), name = PathArgument(info[1])](Nothing*, int) {
                                return DeleteNamed(directory, name);
                              });
}

Napi::Value ReadFileIn(const Napi::CallbackInfo& info) {
  return Task<std::string>::Start(
      info, 2, &ToText, [netns = NetnsArgument(info[0]), path = PathArgument(info[1])](std::string* out, int) {
        return ReadFile(*netns, path, out);
      });
}

Napi::Value WriteFileIn(const Napi::CallbackInfo& info) {
  return Task<Nothing>::Start(
      info, 3, &ToUndefined,
      [netns = NetnsArgument(info[0]), path = PathArgument(info[1]), text = info[2].As<Napi::String>().Utf8Value()](
          Nothing*, int) { return WriteFile(*netns, path, text); });
}

// The address as the kernel wants it; false if it has not the length of its family.
bool FillAddress(const Options& options, sockaddr_storage* storage) {
  const std::span<const uint8_t> bytes = BytesArgument(options.Get("address"));
  const uint16_t port = htons(static_cast<uint16_t>(options.Get("port").As<Napi::Number>().Uint32Value()));
  if (options.Text("family") == "inet") {
    sockaddr_in address = {.sin_family = AF_INET, .sin_port = port, .sin_addr = {}, .sin_zero = {}};
    if (bytes.size() != sizeof address.sin_addr) return false;
    memcpy(&address.sin_addr, bytes.data(), bytes.size());
    memcpy(storage, &address, sizeof address);
    return true;
  }
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_port = port;
  address.sin6_scope_id = options.Get("scopeId").As<Napi::Number>().Uint32Value();
  if (bytes.size() != sizeof address.sin6_addr) return false;
  memcpy(&address.sin6_addr, bytes.data(), bytes.size());
  memcpy(storage, &address, sizeof address);
  return true;
}

Napi::Value OpenInetSocket(const Napi::CallbackInfo& info) {
  const Options options(info[0]);
  const Napi::Value device = options.Get("device");
  auto wanted = std::make_shared<InetSocketOptions>();
  wanted->netns = NetnsArgument(options.Get("netns"));
  wanted->tcp = options.Text("type") == "tcp";
  wanted->device = device.IsUndefined() ? "" : PathArgument(device);
  wanted->reuse_address = options.Flag("reuseAddress");
  wanted->reuse_port = options.Flag("reusePort");
  wanted->ipv6_only = options.Flag("ipv6Only");
  wanted->broadcast = options.Flag("broadcast");
  wanted->backlog = options.Integer("backlog");
  if (!FillAddress(options, &wanted->address) && !info.Env().IsExceptionPending()) {
    Throw(info.Env(), {EINVAL, "bind"});
  }
  return Task<InetSocket>::Start(info, 1, &ToInetSocket,
                                 [wanted](InetSocket* out, int) { return OpenInet(*wanted, out); });
}

std::optional<uint32_t> OptionalNumber(const Napi::Value& value) {
  if (!value.IsNumber()) return std::nullopt;
  return value.As<Napi::Number>().Uint32Value();
}

TunOptions TunArgument(const Napi::Value& value) {
  const Options options(value);
  const Napi::Value persist = options.Get("persist");
  return {
      .netns = NetnsArgument(options.Get("netns")),
      .path = PathArgument(options.Get("path")),
      .name = PathArgument(options.Get("name")),
      .flags = static_cast<uint16_t>(options.Integer("flags")),
      .index = OptionalNumber(options.Get("index")),
      .user = OptionalNumber(options.Get("user")),
      .group = OptionalNumber(options.Get("group")),
      .persist = persist.IsBoolean() ? std::optional(persist.As<Napi::Boolean>().Value()) : std::nullopt,
  };
}

// The queue is closed by the thread too: the kernel waits for a grace period then.
Napi::Value CreateTun(const Napi::CallbackInfo& info) {
  return Task<Nothing>::Start(info, 1, &ToUndefined, [options = TunArgument(info[0])](Nothing*, int) {
    UniqueFd queue;
    return OpenTun(options, &queue);
  });
}

Napi::Value OpenTunQueue(const Napi::CallbackInfo& info) {
  return Task<UniqueFd>::Start(info, 1, &ToQueue,
                               [options = TunArgument(info[0])](UniqueFd* out, int) { return OpenTun(options, out); });
}

}  // namespace

void ExportTasks(Napi::Env env, Napi::Object exports) {
  exports.Set("createNetns", Napi::Function::New<CreateNetns>(env, "createNetns"));
  exports.Set("openNetns", Napi::Function::New<OpenNetns>(env, "openNetns"));
  exports.Set("openNetnsPath", Napi::Function::New<OpenNetnsPath>(env, "openNetnsPath"));
  exports.Set("openNetnsPid", Napi::Function::New<OpenNetnsPid>(env, "openNetnsPid"));
  exports.Set("attachNetns", Napi::Function::New<AttachNetns>(env, "attachNetns"));
  exports.Set("deleteNetns", Napi::Function::New<DeleteNetns>(env, "deleteNetns"));
  exports.Set("readFile", Napi::Function::New<ReadFileIn>(env, "readFile"));
  exports.Set("writeFile", Napi::Function::New<WriteFileIn>(env, "writeFile"));
  exports.Set("openInetSocket", Napi::Function::New<OpenInetSocket>(env, "openInetSocket"));
  exports.Set("createTun", Napi::Function::New<CreateTun>(env, "createTun"));
  exports.Set("openTun", Napi::Function::New<OpenTunQueue>(env, "openTun"));
}

}  // namespace rtnetlink
