#include "error.h"

#include <uv.h>

#include <cerrno>
#include <cstring>

namespace rtnetlink {
namespace {

// libuv calls 95 ENOTSUP and does not know every number, so it is only the second choice (musl has no other).
const char* Name(int number) {
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
  if (const char* name = strerrorname_np(number)) return name;
#endif
  return uv_err_name(-number);
}

}  // namespace

SystemError SystemError::Last(const char* syscall, std::string path) { return {errno, syscall, std::move(path)}; }

// The path stays out of the message: it may hold anything, and a message ends up in terminals and logs.
Napi::Error ToError(Napi::Env env, const SystemError& error) {
  const std::string name = Name(error.number);
  const std::string reason =
      error.number == EXDEV && !strcmp(error.syscall, "proof") ? "in another namespace" : uv_strerror(-error.number);
  Napi::Error result = Napi::Error::New(env, name + ": " + reason + ", " + error.syscall);
  result.Set("code", name);
  result.Set("errno", Napi::Number::New(env, error.number));
  result.Set("syscall", error.syscall);
  if (!error.path.empty()) result.Set("path", error.path);
  return result;
}

void Throw(Napi::Env env, const SystemError& error) {
  if (!env.IsExceptionPending()) ToError(env, error).ThrowAsJavaScriptException();
}

void ThrowTypeError(Napi::Env env, const char* message) {
  if (!env.IsExceptionPending()) Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
}

}  // namespace rtnetlink
