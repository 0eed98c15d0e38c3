#include "netns_handle.h"

#include "environment.h"

namespace rtnetlink {
namespace {

constexpr napi_type_tag kTag = {0x72746e65746c696e, 0x6b2e4e65746e7300};

}  // namespace

Napi::Function NetnsHandle::Define(Napi::Env env) {
  return DefineClass(env, "NativeNetns",
                     {InstanceAccessor<&NetnsHandle::Fd>("fd"), InstanceAccessor<&NetnsHandle::Device>("device"),
                      InstanceAccessor<&NetnsHandle::Inode>("inode"), InstanceAccessor<&NetnsHandle::Cookie>("cookie"),
                      InstanceAccessor<&NetnsHandle::Closed>("closed"), InstanceMethod<&NetnsHandle::Close>("close")});
}

Napi::Value NetnsHandle::New(Napi::Env env, NetnsPtr netns) {
  const Napi::Value object = Environment::Of(env).netns_class.New({});
  if (NetnsHandle* handle = From(object)) handle->Adopt(std::move(netns));
  return object;
}

NetnsHandle* NetnsHandle::From(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kTag)) return nullptr;
  return Unwrap(value.As<Napi::Object>());
}

NetnsHandle::NetnsHandle(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  info.This().As<Napi::Object>().TypeTag(&kTag);
}

void NetnsHandle::Adopt(NetnsPtr netns) {
  netns_ = std::move(netns);
  device_ = netns_->device;
  inode_ = netns_->inode;
  cookie_ = netns_->cookie;
}

Napi::Value NetnsHandle::Fd(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), netns_ ? netns_->fd.get() : -1);
}

Napi::Value NetnsHandle::Device(const Napi::CallbackInfo& info) { return Napi::BigInt::New(info.Env(), device_); }

Napi::Value NetnsHandle::Inode(const Napi::CallbackInfo& info) { return Napi::BigInt::New(info.Env(), inode_); }

Napi::Value NetnsHandle::Cookie(const Napi::CallbackInfo& info) {
  if (!cookie_) return info.Env().Undefined();
  return Napi::BigInt::New(info.Env(), *cookie_);
}

Napi::Value NetnsHandle::Closed(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), !netns_); }

void NetnsHandle::Close(const Napi::CallbackInfo&) { netns_.reset(); }

}  // namespace rtnetlink
