#include "socket_handle.h"

#include <cerrno>

#include "arguments.h"
#include "environment.h"
#include "exchange.h"
#include "reply_value.h"
#include "task.h"

namespace rtnetlink {
namespace {

SocketOptions OptionsArgument(const Napi::Value& value) {
  const Options options(value);
  const Napi::Value netns = options.Get("netns");
  return {.protocol = options.Integer("protocol"),
          .receive_buffer = options.Integer("receiveBuffer"),
          .receive_size = options.Get("receiveSize").As<Napi::Number>().Uint32Value(),
          .netns = netns.IsUndefined() ? nullptr : NetnsArgument(netns)};
}

Napi::Value OpenOnThread(const Napi::CallbackInfo& info, SocketOptions options) {
  return Task<std::shared_ptr<Socket>>::Start(info, 1, &SocketHandle::New,
                                              [options = std::move(options), home = Environment::Of(info.Env()).home](
                                                  auto* out, int) { return Socket::Open(options, *home, out); });
}

}  // namespace

// The handle outlives the job: it is referenced while jobs are pending.
class SocketHandle::ExchangeJob : public Job {
 public:
  ExchangeJob(SocketHandle* handle, const Napi::CallbackInfo& info)
      : handle_(handle), socket_(handle->socket_), timeout_(TimeoutArgument(info[1])) {
    const std::span<const uint8_t> tx = BytesArgument(info[0]);
    tx_.assign(tx.begin(), tx.end());
    done_ = Napi::Persistent(info[2].As<Napi::Function>());
  }

  void Run(int wake) override {
    reply_ = rtnetlink::Exchange(*socket_, tx_, {}, timeout_, wake);
    socket_.reset();  // the last user closes
  }

  void Fail(SystemError error) override { reply_.error = std::move(error); }

  void Deliver(Napi::Env env) override {
    handle_->Settle(1);
    if (handle_->socket_) handle_->executor_->Call(done_, {ToValue(env, reply_, {})});
  }

 private:
  SocketHandle* handle_;
  std::shared_ptr<Socket> socket_;
  std::vector<uint8_t> tx_;
  int timeout_;
  Napi::FunctionReference done_;
  Reply reply_;
};

Napi::Function SocketHandle::Define(Napi::Env env) {
  return DefineClass(
      env, "NativeSocket",
      {InstanceAccessor<&SocketHandle::PortId>("portId"),
       InstanceAccessor<&SocketHandle::ReceiveBuffer>("receiveBuffer"),
       InstanceAccessor<&SocketHandle::Strict>("strict"), InstanceAccessor<&SocketHandle::NetnsCookie>("netnsCookie"),
       InstanceAccessor<&SocketHandle::ForeignMessages>("foreignMessages"),
       InstanceAccessor<&SocketHandle::Closed>("closed"), InstanceMethod<&SocketHandle::Exchange>("exchange"),
       InstanceMethod<&SocketHandle::Submit>("submit"), InstanceMethod<&SocketHandle::Close>("close")});
}

Napi::Value SocketHandle::New(Napi::Env env, std::shared_ptr<Socket>&& socket) {
  const Napi::Object object = Environment::Of(env).socket_class.New({});
  if (object.IsEmpty()) return object;  // the environment is being terminated
  if (SocketHandle* handle = Unwrap(object)) handle->Adopt(std::move(socket));
  return object;
}

Napi::Value SocketHandle::Open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  SocketOptions options = OptionsArgument(info[0]);
  if (env.IsExceptionPending()) return {};
  if (options.netns) return OpenOnThread(info, std::move(options));
  std::shared_ptr<Socket> socket;
  if (SystemError error = Socket::Open(options, *Environment::Of(env).home, &socket)) {
    Throw(env, error);
    return {};
  }
  return New(env, std::move(socket));
}

Napi::Value SocketHandle::OpenAsync(const Napi::CallbackInfo& info) {
  return OpenOnThread(info, OptionsArgument(info[0]));
}

SocketHandle::SocketHandle(const Napi::CallbackInfo& info)
    : ObjectWrap(info), executor_(Environment::Of(info.Env()).executor), lane_(std::make_shared<Lane>()) {}

void SocketHandle::Adopt(std::shared_ptr<Socket> socket) {
  socket_ = std::move(socket);
  port_id_ = socket_->port_id();
  receive_buffer_ = socket_->receive_buffer();
  strict_ = socket_->strict();
  cookie_ = socket_->cookie();
}

Napi::Value SocketHandle::PortId(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), port_id_); }

Napi::Value SocketHandle::ReceiveBuffer(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), receive_buffer_);
}

Napi::Value SocketHandle::Strict(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), strict_); }

Napi::Value SocketHandle::NetnsCookie(const Napi::CallbackInfo& info) {
  if (!cookie_) return info.Env().Undefined();
  return Napi::BigInt::New(info.Env(), *cookie_);
}

Napi::Value SocketHandle::ForeignMessages(const Napi::CallbackInfo& info) {
  if (socket_) foreign_messages_ = socket_->foreign_messages();
  return Napi::Number::New(info.Env(), static_cast<double>(foreign_messages_));
}

Napi::Value SocketHandle::Closed(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), !socket_); }

Napi::Value SocketHandle::Exchange(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::span<const uint8_t> tx = BytesArgument(info[0]);
  const std::span<uint8_t> rx = BytesArgument(info[1]);
  const int timeout = TimeoutArgument(info[2]);
  if (env.IsExceptionPending()) return {};
  if (!socket_) {
    Throw(env, {EBADF, "sendto"});
    return {};
  }
  if (pending_ != 0) executor_->Await(*lane_);
  const Reply reply = rtnetlink::Exchange(*socket_, tx, rx, timeout, -1);
  if (!reply.Plain()) return ToValue(env, reply, rx);
  return Napi::Number::New(env, static_cast<double>(reply.in_rx));
}

void SocketHandle::Submit(const Napi::CallbackInfo& info) {
  if (!socket_) return Throw(info.Env(), {EBADF, "sendto"});
  if (!info[2].IsFunction()) {
    return ThrowTypeError(info.Env(), "a function is expected");
  }
  auto job = std::make_unique<ExchangeJob>(this, info);
  if (info.Env().IsExceptionPending()) return;
  if (pending_++ == 0) Ref();
  executor_->Submit(lane_, std::move(job));
}

void SocketHandle::Settle(size_t count) {
  if (count == 0) return;
  pending_ -= count;
  if (pending_ == 0) Unref();
}

void SocketHandle::Close(const Napi::CallbackInfo&) {
  if (!socket_) return;
  foreign_messages_ = socket_->foreign_messages();
  socket_.reset();
  Settle(executor_->Clear(*lane_));
}

}  // namespace rtnetlink
