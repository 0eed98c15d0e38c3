#include "socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

namespace rtnetlink {
namespace {

// Whether the kernel knows the option; any other refusal is an error.
SystemError Switch(mnl_socket* handle, int option, bool* known = nullptr) {
  int on = 1;
  const bool set = mnl_socket_setsockopt(handle, option, &on, sizeof on) == 0;
  if (!set && errno != ENOPROTOOPT) return SystemError::Last("setsockopt");
  if (known != nullptr) *known = set;
  return {};
}

}  // namespace

Socket::~Socket() {
  if (handle_ == nullptr) return;
  mnl_socket_close(handle_);
  --Census::descriptors;
}

SystemError Socket::Open(const SocketOptions& options, const Netns& home, std::shared_ptr<Socket>* out) {
  if (options.netns) {
    if (SystemError error = Enter(*options.netns)) return error;
  }
  auto socket = std::make_shared<Socket>();
  socket->handle_ = mnl_socket_open2(options.protocol, SOCK_CLOEXEC);
  if (socket->handle_ == nullptr) return SystemError::Last("socket");
  ++Census::descriptors;
  // The port id is the kernel's choice: any process may sit on a number that we would choose.
  if (mnl_socket_bind(socket->handle_, 0, MNL_SOCKET_AUTOPID) != 0) return SystemError::Last("bind");
  if (SystemError error = socket->SetOptions(options.receive_buffer)) return error;
  const SystemError proof = options.netns ? ProveInside(socket->fd(), *options.netns) : ProveAtHome(socket->fd(), home);
  if (proof) return proof;
  socket->cookie_ = CookieOfSocket(socket->fd());
  socket->receive_size_ = options.receive_size;
  *out = std::move(socket);
  return {};
}

// Never NETLINK_NO_ENOBUFS: it hides that answers were lost.
SystemError Socket::SetOptions(int receive_buffer) {
  if (SystemError error = Switch(handle_, NETLINK_EXT_ACK)) return error;
  if (SystemError error = Switch(handle_, NETLINK_CAP_ACK)) return error;
  if (SystemError error = Switch(handle_, NETLINK_GET_STRICT_CHK, &strict_)) return error;
  return SetReceiveBuffer(receive_buffer);
}

SystemError Socket::SetReceiveBuffer(int bytes) {
  const bool forced = setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0;
  if (!forced && setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes) != 0) {
    return SystemError::Last("setsockopt");
  }
  socklen_t size = sizeof receive_buffer_;
  if (getsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_, &size) != 0) return SystemError::Last("getsockopt");
  return {};
}

}  // namespace rtnetlink
