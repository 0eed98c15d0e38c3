#pragma once

#include <napi.h>

#include <string>

namespace rtnetlink {

// A failed system call, or none: `if (SystemError error = Open(...)) return error;`
struct [[nodiscard]] SystemError {
  int number = 0;
  const char* syscall = "";
  std::string path = {};

  explicit operator bool() const { return number != 0; }

  // Takes errno: nothing may run between the failed call and this.
  static SystemError Last(const char* syscall, std::string path = {});
};

// The NativeError of lib/native/addon.ts.
Napi::Error ToError(Napi::Env env, const SystemError& error);

// Both leave an exception alone that is pending already: node-addon-api aborts the process over a second one.
void Throw(Napi::Env env, const SystemError& error);
void ThrowTypeError(Napi::Env env, const char* message);

}  // namespace rtnetlink
