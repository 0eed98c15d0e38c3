#pragma once

#include <napi.h>

namespace rtnetlink {

// Calls a function of JavaScript whenever the mount table of the process has changed, until it is closed. The event
// loop itself watches: a thread would have nothing to do but to wait.
Napi::Value WatchMounts(const Napi::CallbackInfo& info);

}  // namespace rtnetlink
