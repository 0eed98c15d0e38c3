#pragma once

#include <napi.h>

#include <span>
#include <string>

#include "netns.h"

namespace rtnetlink {

// Arguments of the wrong type leave a TypeError pending. When a worker is being terminated, Node-API fails without a
// pending exception, so nobody may count on one: the values returned then are such that the work fails by itself.

// An object of options. Unlike Napi::Object, whose Get() leaves a value without an environment behind a throwing
// getter, a missing object or a worker's termination, which aborts the process at the next touch, it yields undefined.
class Options {
 public:
  explicit Options(const Napi::Value& value) : env_(value.Env()), value_(value) {}

  Napi::Value Get(const char* name) const;
  int Integer(const char* name) const { return Get(name).As<Napi::Number>().Int32Value(); }
  bool Flag(const char* name) const;
  std::string Text(const char* name) const { return Get(name).As<Napi::String>(); }

 private:
  Napi::Env env_;
  napi_value value_;
};

// A file name or path. EINVAL as `syscall` would say it for a NUL byte, at which the kernel would cut it.
std::string PathArgument(const Napi::Value& value);

std::span<uint8_t> BytesArgument(const Napi::Value& value);

// Milliseconds for poll(): -1 for Infinity and whatever else does not fit.
int TimeoutArgument(const Napi::Value& value);

// The namespace of a NativeNetns, never null; an EBADF pending if it is closed, and one without a descriptor returned.
NetnsPtr NetnsArgument(const Napi::Value& value);

}  // namespace rtnetlink
