#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "netns.h"

namespace rtnetlink {

// A queue of a tun or tap link; what is unset stays as it is.
struct TunOptions {
  NetnsPtr netns;
  std::string path = {};  // of the device that makes them
  std::string name = {};
  uint16_t flags = 0;                  // of TUNSETIFF
  std::optional<uint32_t> index = {};  // of a link that is made
  std::optional<uint32_t> user = {};
  std::optional<uint32_t> group = {};
  std::optional<bool> persist = {};
};

// Attaches a queue to the link of that name, which is made if there is none. A link that does not persist goes with its
// last queue, so what a failure leaves half made does. Moves the calling thread, for throw-away ones.
SystemError OpenTun(const TunOptions& options, UniqueFd* out);

}  // namespace rtnetlink
