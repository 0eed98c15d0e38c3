#pragma once

#include <atomic>

namespace rtnetlink {

// What the addon holds in this process, in all environments together. The only objects of static storage duration:
// constant-initialised and trivially destructible, so there is no order of construction or destruction to get wrong.
struct Census {
  static inline constinit std::atomic<int> descriptors{0};
  static inline constinit std::atomic<int> threads{0};
};

}  // namespace rtnetlink
