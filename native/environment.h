#pragma once

#include <napi.h>

#include <memory>

#include "executor.h"
#include "netns.h"

namespace rtnetlink {

// All that the addon remembers, one for each environment (main thread, worker).
struct Environment {
  static Environment& Of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  std::shared_ptr<Executor> executor;
  NetnsPtr home;
  Napi::FunctionReference socket_class;
  Napi::FunctionReference netns_class;
};

}  // namespace rtnetlink
