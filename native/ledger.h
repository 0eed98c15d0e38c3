#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <span>
#include <vector>

namespace rtnetlink {

// Which requests of one send have had their last message. All that it reads of a message is the header:
//
//    0        4      6       8                12               16
//    | length | type | flags | sequence number | port of sender |
class Ledger {
 public:
  // False if `tx` is not a row of well-formed messages: the kernel would stop at the bad one without a word.
  bool Open(std::span<const uint8_t> tx);

  // Reads a datagram of the kernel's, of which `datagram` may be only the beginning; whether any of it is ours.
  bool Enter(std::span<const uint8_t> datagram, uint32_t port);

  // At least one request asked for an answer.
  bool asked() const { return asked_; }
  bool complete() const { return open_ == 0; }

 private:
  struct Request {
    uint32_t sequence;
    bool open;
  };

  bool Settle(const nlmsghdr& header);
  Request* Find(uint32_t sequence);

  std::vector<Request> requests_;
  size_t last_ = 0;
  size_t open_ = 0;
  bool asked_ = false;
};

}  // namespace rtnetlink
