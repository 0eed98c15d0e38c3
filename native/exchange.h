#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "socket.h"

namespace rtnetlink {

struct Reply {
  std::vector<std::vector<uint8_t>> chunks;
  size_t in_rx = 0;  // Bytes in the caller's buffer; they come before the chunks.
  bool sent = false;
  bool complete = false;
  bool overrun = false;
  size_t truncated = 0;
  SystemError error;

  // All is well and all of it is in the caller's buffer.
  bool Plain() const { return complete && !overrun && truncated == 0 && !error && chunks.empty(); }
};

// Sends one datagram and receives until every request in it that asked for an answer has had its last message.
// Datagrams go to `rx` while a whole one is sure to fit there, then into chunks. `wake`, if not negative, is a
// descriptor that becomes readable when nobody is interested in the answer any more. A negative timeout is none.
Reply Exchange(Socket& socket, std::span<const uint8_t> tx, std::span<uint8_t> rx, int timeout, int wake);

}  // namespace rtnetlink
