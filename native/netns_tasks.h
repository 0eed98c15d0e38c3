#pragma once

#include <napi.h>

namespace rtnetlink {

// The functions of the module that run on a throw-away thread; lib/native/addon.ts says what they do.
void ExportTasks(Napi::Env env, Napi::Object exports);

}  // namespace rtnetlink
