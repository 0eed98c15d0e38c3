#pragma once

#include <libmnl/libmnl.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "netns.h"

namespace rtnetlink {

struct SocketOptions {
  int protocol = 0;
  int receive_buffer = 0;
  size_t receive_size = 0;
  NetnsPtr netns;  // Absent: home.
};

// A bound netlink socket that has joined no group. One exchange at a time uses it.
class Socket {
 public:
  // With `options.netns` only on a throw-away thread: the calling thread moves there and stays.
  static SystemError Open(const SocketOptions& options, const Netns& home, std::shared_ptr<Socket>* out);

  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  int fd() const { return mnl_socket_get_fd(handle_); }
  uint32_t port_id() const { return mnl_socket_get_portid(handle_); }
  int receive_buffer() const { return receive_buffer_; }
  bool strict() const { return strict_; }
  std::optional<uint64_t> cookie() const { return cookie_; }

  uint64_t foreign_messages() const { return foreign_messages_.load(std::memory_order_relaxed); }
  void CountForeign() { foreign_messages_.fetch_add(1, std::memory_order_relaxed); }

  // How much one receive takes. It starts as asked for and grows with what is met.
  size_t receive_size() const { return receive_size_; }
  void GrowReceiveSize(size_t size) { receive_size_ = size > receive_size_ ? size : receive_size_; }

  // Scratch memory for one datagram.
  uint8_t* scratch() {
    if (scratch_.size() < receive_size_) scratch_.resize(receive_size_);
    return scratch_.data();
  }

 private:
  SystemError SetOptions(int receive_buffer);
  SystemError SetReceiveBuffer(int bytes);

  mnl_socket* handle_ = nullptr;
  int receive_buffer_ = 0;
  bool strict_ = false;
  std::optional<uint64_t> cookie_;
  std::atomic<uint64_t> foreign_messages_{0};
  size_t receive_size_ = 0;
  std::vector<uint8_t> scratch_;
};

}  // namespace rtnetlink
