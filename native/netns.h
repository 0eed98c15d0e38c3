#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "error.h"
#include "unique_fd.h"

namespace rtnetlink {

// A network namespace, held by a descriptor that was checked to be one.
struct Netns {
  UniqueFd fd;
  uint64_t device = 0;
  uint64_t inode = 0;
  std::optional<uint64_t> cookie = {};
};

using NetnsPtr = std::shared_ptr<const Netns>;

// SO_NETNS_COOKIE; nothing before Linux 5.14.
std::optional<uint64_t> CookieOfSocket(int socket);

// Takes over `fd` after proving that it is a network namespace; `cookie` stays unset. EINVAL for anything else.
SystemError CheckNetns(UniqueFd fd, const std::string& path, Netns* out);

// The namespace of the calling thread, which is not what /proc/self means: that is the main thread's.
SystemError CurrentNetns(Netns* out);

// Moves the calling thread for good, unless it is there already. Only for a thread that is thrown away afterwards.
SystemError Enter(const Netns& netns);

// Fills in the cookie, which only a socket inside knows, by entering: for throw-away threads. Without the privilege to
// enter, the namespace can still be named and compared, so that is no error and the cookie stays unset.
void LearnCookie(Netns* netns);

// Proves that `socket` belongs to `target`; EXDEV by 'proof' otherwise.
SystemError ProveInside(int socket, const Netns& target);

// The same for a socket that was opened without moving: cheaper, and needs no privilege.
SystemError ProveAtHome(int socket, const Netns& home);

}  // namespace rtnetlink
