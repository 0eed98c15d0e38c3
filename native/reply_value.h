#pragma once

#include <napi.h>

#include <span>

#include "exchange.h"

namespace rtnetlink {

// The NativeReply. All bytes are copied into memory of JavaScript's: not every runtime takes external memory, and
// nobody knows when it would be freed.
Napi::Value ToValue(Napi::Env env, const Reply& reply, std::span<const uint8_t> rx);

}  // namespace rtnetlink
