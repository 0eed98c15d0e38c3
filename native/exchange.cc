#include "exchange.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "deadline.h"
#include "ledger.h"

namespace rtnetlink {
namespace {

constexpr size_t kChunkSize = 1 << 20;

// Where datagrams are received and kept.
class Sink {
 public:
  Sink(Socket& socket, std::span<uint8_t> rx, Reply* reply) : socket_(socket), rx_(rx), reply_(reply) {}

  uint8_t* Room() { return InPlace() ? rx_.data() + reply_->in_rx : socket_.scratch(); }

  void Keep(const uint8_t* datagram, size_t size) {
    if (InPlace()) {
      reply_->in_rx += size;
      return;
    }
    auto& chunks = reply_->chunks;
    if (chunks.empty() || chunks.back().size() + size > kChunkSize) chunks.emplace_back();
    chunks.back().insert(chunks.back().end(), datagram, datagram + size);
  }

 private:
  // Once a chunk is begun, nothing goes to rx any more: order is kept by "rx, then chunks".
  bool InPlace() const { return reply_->chunks.empty() && rx_.size() - reply_->in_rx >= socket_.receive_size(); }

  Socket& socket_;
  std::span<uint8_t> rx_;
  Reply* reply_;
};

class Conversation {
 public:
  Conversation(Socket& socket, std::span<uint8_t> rx, int timeout, int wake)
      : socket_(socket), sink_(socket, rx, &reply_), deadline_(timeout), wake_(wake) {}

  Reply Run(std::span<const uint8_t> tx) {
    Send(tx);
    if (reply_.sent) {
      while (!(ledger_.asked() && ledger_.complete()) && Receive()) {
      }
      reply_.complete = ledger_.complete();
    }
    return std::move(reply_);
  }

 private:
  // The destination is given although it could be left out: with it the kernel does not ask for the capabilities of
  // whoever opened the socket on top of the sender's.
  void Send(std::span<const uint8_t> tx) {
    if (!ledger_.Open(tx)) {
      reply_.error = {EINVAL, "sendto"};
      return;
    }
    sockaddr_nl kernel = {};
    kernel.nl_family = AF_NETLINK;
    ssize_t sent;
    do {
      sent = sendto(socket_.fd(), tx.data(), tx.size(), 0, reinterpret_cast<sockaddr*>(&kernel), sizeof kernel);
    } while (sent < 0 && errno == EINTR);
    reply_.sent = sent >= 0;
    if (sent < 0) reply_.error = SystemError::Last("sendto");
  }

  // Takes one datagram; false when there is nothing more to come.
  bool Receive() {
    sockaddr_nl sender = {};
    socklen_t sender_size = sizeof sender;
    const size_t capacity = socket_.receive_size();
    uint8_t* room = sink_.Room();
    const ssize_t length = recvfrom(socket_.fd(), room, capacity, MSG_DONTWAIT | MSG_TRUNC,
                                    reinterpret_cast<sockaddr*>(&sender), &sender_size);
    if (length < 0) return Recover();
    // An echo bears the groups that it went to as well (nlmsg_notify): only the port tells the kernel from others.
    if (sender_size != sizeof sender || sender.nl_pid != 0) {
      socket_.CountForeign();
      return deadline_.Left();  // or a flood of them would hold us for ever
    }
    const size_t size = length;
    const bool ours = ledger_.Enter({room, std::min(size, capacity)}, socket_.port_id());
    if (size > capacity) {
      reply_.truncated = std::max(reply_.truncated, size);
      socket_.GrowReceiveSize(size);
    } else if (ours) {
      sink_.Keep(room, size);
    }
    return ours || deadline_.Left();
  }

  bool Recover() {
    if (errno == EINTR) return true;
    if (errno == ENOBUFS) {
      reply_.overrun = true;  // what did fit is still queued, and until the queue is empty all else is dropped
      return true;
    }
    if (errno != EAGAIN) {
      reply_.error = SystemError::Last("recvfrom");
      return false;
    }
    // The kernel answers inside sendto, and goes on with a dump inside recvfrom. An empty queue after a loss therefore
    // means that the rest will never come.
    const bool lost = reply_.overrun || reply_.truncated != 0;
    return ledger_.asked() && !lost && Wait();
  }

  bool Wait() {
    while (true) {
      pollfd fds[] = {{socket_.fd(), POLLIN, 0}, {wake_, POLLIN, 0}};
      const int ready = poll(fds, 2, deadline_.Milliseconds());
      if (ready < 0 && errno == EINTR) continue;
      if (ready < 0) reply_.error = SystemError::Last("poll");
      return ready > 0 && fds[1].revents == 0;
    }
  }

  Socket& socket_;
  Reply reply_;
  Sink sink_;
  Ledger ledger_;
  Deadline deadline_;
  int wake_;
};

}  // namespace

Reply Exchange(Socket& socket, std::span<const uint8_t> tx, std::span<uint8_t> rx, int timeout, int wake) {
  return Conversation(socket, rx, timeout, wake).Run(tx);
}

}  // namespace rtnetlink
