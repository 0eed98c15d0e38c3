#include "reply_value.h"

#include <cstring>

namespace rtnetlink {
namespace {

void Append(Napi::Array chunks, std::span<const uint8_t> bytes) {
  if (bytes.empty()) return;
  auto copy = Napi::Uint8Array::New(chunks.Env(), bytes.size());
  if (copy.IsEmpty()) return;
  memcpy(copy.Data(), bytes.data(), bytes.size());
  chunks.Set(chunks.Length(), copy);
}

}  // namespace

Napi::Value ToValue(Napi::Env env, const Reply& reply, std::span<const uint8_t> rx) {
  auto chunks = Napi::Array::New(env);
  Append(chunks, rx.first(reply.in_rx));
  for (const auto& chunk : reply.chunks) Append(chunks, chunk);
  auto result = Napi::Object::New(env);
  result.Set("chunks", chunks);
  result.Set("sent", reply.sent);
  result.Set("complete", reply.complete);
  result.Set("overrun", reply.overrun);
  result.Set("truncated", Napi::Number::New(env, static_cast<double>(reply.truncated)));
  result.Set("error", reply.error ? ToError(env, reply.error).Value() : env.Undefined());
  return result;
}

}  // namespace rtnetlink
