#pragma once

#include <napi.h>

#include "netns.h"

namespace rtnetlink {

// NativeNetns. Work in flight shares the namespace, so closing the handle pulls nothing away from under it.
class NetnsHandle : public Napi::ObjectWrap<NetnsHandle> {
 public:
  static Napi::Function Define(Napi::Env env);
  static Napi::Value New(Napi::Env env, NetnsPtr netns);

  // Null if `value` is anything else.
  static NetnsHandle* From(const Napi::Value& value);

  // Closed until it adopts a namespace, and so is one that JavaScript makes by itself.
  explicit NetnsHandle(const Napi::CallbackInfo& info);

  const NetnsPtr& netns() const { return netns_; }

 private:
  void Adopt(NetnsPtr netns);
  Napi::Value Fd(const Napi::CallbackInfo& info);
  Napi::Value Device(const Napi::CallbackInfo& info);
  Napi::Value Inode(const Napi::CallbackInfo& info);
  Napi::Value Cookie(const Napi::CallbackInfo& info);
  Napi::Value Closed(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  NetnsPtr netns_;
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  std::optional<uint64_t> cookie_;
};

}  // namespace rtnetlink
