#pragma once

#include <napi.h>

#include "executor.h"
#include "socket.h"

namespace rtnetlink {

// NativeSocket.
class SocketHandle : public Napi::ObjectWrap<SocketHandle> {
 public:
  static Napi::Function Define(Napi::Env env);
  static Napi::Value New(Napi::Env env, std::shared_ptr<Socket>&& socket);

  // The functions of the module that make one.
  static Napi::Value Open(const Napi::CallbackInfo& info);
  static Napi::Value OpenAsync(const Napi::CallbackInfo& info);

  // Closed until it adopts a socket, and so is one that JavaScript makes by itself.
  explicit SocketHandle(const Napi::CallbackInfo& info);

 private:
  class ExchangeJob;

  void Adopt(std::shared_ptr<Socket> socket);
  Napi::Value PortId(const Napi::CallbackInfo& info);
  Napi::Value ReceiveBuffer(const Napi::CallbackInfo& info);
  Napi::Value Strict(const Napi::CallbackInfo& info);
  Napi::Value NetnsCookie(const Napi::CallbackInfo& info);
  Napi::Value ForeignMessages(const Napi::CallbackInfo& info);
  Napi::Value Closed(const Napi::CallbackInfo& info);
  Napi::Value Exchange(const Napi::CallbackInfo& info);
  void Submit(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);
  void Settle(size_t count);

  std::shared_ptr<Executor> executor_;
  std::shared_ptr<Lane> lane_;
  std::shared_ptr<Socket> socket_;
  size_t pending_ = 0;  // While there are any, the garbage collector leaves the object alone.

  // What can still be asked after closing.
  uint32_t port_id_ = 0;
  int receive_buffer_ = 0;
  bool strict_ = false;
  std::optional<uint64_t> cookie_;
  uint64_t foreign_messages_ = 0;
};

}  // namespace rtnetlink
