#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "netns.h"

namespace rtnetlink {

struct InetSocketOptions {
  NetnsPtr netns;
  bool tcp = false;
  sockaddr_storage address = {};  // family, address, scope and port
  std::string device = {};
  bool reuse_address = false;
  bool reuse_port = false;
  bool ipv6_only = false;
  bool broadcast = false;
  int backlog = 0;
};

struct InetSocket {
  UniqueFd fd;
  uint16_t port = 0;
};

// A bound UDP or a listening TCP socket of another namespace; moves the calling thread, for throw-away ones.
SystemError OpenInet(const InetSocketOptions& options, InetSocket* out);

}  // namespace rtnetlink
