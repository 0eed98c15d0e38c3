#include "arguments.h"

#include <cerrno>
#include <climits>

#include "error.h"
#include "netns_handle.h"

namespace rtnetlink {

Napi::Value Options::Get(const char* name) const {
  napi_value result;
  if (napi_get_named_property(env_, value_, name, &result) == napi_ok) return {env_, result};
  return env_.Undefined();  // what a getter threw, or that there is no object, is pending
}

bool Options::Flag(const char* name) const {
  const Napi::Value value = Get(name);
  return value.IsBoolean() && value.As<Napi::Boolean>().Value();
}

std::string PathArgument(const Napi::Value& value) {
  std::string path = value.As<Napi::String>().Utf8Value();
  if (path.find('\0') != std::string::npos) {
    Throw(value.Env(), {EINVAL, "open", path});
  }
  return path;
}

std::span<uint8_t> BytesArgument(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    ThrowTypeError(value.Env(), "a Uint8Array is expected");
    return {};
  }
  auto bytes = value.As<Napi::Uint8Array>();
  return {bytes.Data(), bytes.ByteLength()};
}

int TimeoutArgument(const Napi::Value& value) {
  const double timeout = value.As<Napi::Number>().DoubleValue();
  return timeout >= 0 && timeout <= INT_MAX ? static_cast<int>(timeout) : -1;
}

NetnsPtr NetnsArgument(const Napi::Value& value) {
  NetnsHandle* handle = NetnsHandle::From(value);
  if (handle != nullptr && handle->netns()) return handle->netns();
  if (handle != nullptr) {
    Throw(value.Env(), {EBADF, "setns"});
  } else {
    ThrowTypeError(value.Env(), "a NativeNetns is expected");
  }
  return std::make_shared<const Netns>();
}

}  // namespace rtnetlink
