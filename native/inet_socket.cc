#include "inet_socket.h"

#include <netinet/in.h>

namespace rtnetlink {
namespace {

SystemError Switch(int fd, int level, int option, bool wanted) {
  const int on = 1;
  if (!wanted || setsockopt(fd, level, option, &on, sizeof on) == 0) return {};
  return SystemError::Last("setsockopt");
}

SystemError SetOptions(int fd, const InetSocketOptions& options) {
  const bool inet6 = options.address.ss_family == AF_INET6;
  if (SystemError error = Switch(fd, SOL_SOCKET, SO_REUSEADDR, options.reuse_address)) return error;
  if (SystemError error = Switch(fd, SOL_SOCKET, SO_REUSEPORT, options.reuse_port)) return error;
  if (SystemError error = Switch(fd, SOL_SOCKET, SO_BROADCAST, options.broadcast && !options.tcp)) return error;
  // Both ways, as the default is a sysctl.
  const int only = options.ipv6_only;
  if (inet6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) != 0) {
    return SystemError::Last("setsockopt");
  }
  const std::string& device = options.device;
  if (!device.empty() && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device.data(), device.size()) != 0) {
    return SystemError::Last("setsockopt");
  }
  return {};
}

// The port is at the same place in both families.
uint16_t Port(const sockaddr_storage& address) { return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port); }

}  // namespace

SystemError OpenInet(const InetSocketOptions& options, InetSocket* out) {
  if (SystemError error = Enter(*options.netns)) return error;
  const int type = options.tcp ? SOCK_STREAM : SOCK_DGRAM;
  UniqueFd fd(socket(options.address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return SystemError::Last("socket");
  if (SystemError error = ProveInside(fd.get(), *options.netns)) return error;
  if (SystemError error = SetOptions(fd.get(), options)) return error;
  const bool inet6 = options.address.ss_family == AF_INET6;
  const socklen_t wanted = inet6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&options.address), wanted) != 0) {
    return SystemError::Last("bind");
  }
  if (options.tcp && listen(fd.get(), options.backlog) != 0) return SystemError::Last("listen");
  sockaddr_storage bound = {};
  socklen_t size = sizeof bound;
  if (getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) return SystemError::Last("getsockname");
  *out = {std::move(fd), Port(bound)};
  return {};
}

}  // namespace rtnetlink
