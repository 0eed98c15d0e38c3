#include "ledger.h"

#include <libmnl/libmnl.h>

#include <cstring>

namespace rtnetlink {
namespace {

// Walks over messages. libmnl's own walk compares lengths as signed numbers and takes 0x80000010 for a short one.
class Walk {
 public:
  explicit Walk(std::span<const uint8_t> bytes) : rest_(bytes) {}

  // Copied out, as the bytes need not be aligned.
  bool Header(nlmsghdr* header) const {
    if (rest_.size() < sizeof *header) return false;
    memcpy(header, rest_.data(), sizeof *header);
    return header->nlmsg_len >= sizeof *header;
  }

  // False when the message does not end within the bytes.
  bool Skip(const nlmsghdr& header) {
    if (header.nlmsg_len > rest_.size()) return false;
    const size_t step = MNL_ALIGN(static_cast<size_t>(header.nlmsg_len));
    rest_ = rest_.subspan(step < rest_.size() ? step : rest_.size());
    return true;
  }

  bool AtEnd() const { return rest_.empty(); }

 private:
  std::span<const uint8_t> rest_;
};

bool AsksForAnswer(const nlmsghdr& header) {
  return (header.nlmsg_flags & NLM_F_ACK) != 0 || (header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

}  // namespace

bool Ledger::Open(std::span<const uint8_t> tx) {
  Walk walk(tx);
  nlmsghdr header;
  while (walk.Header(&header) && walk.Skip(header)) {
    const bool asks = AsksForAnswer(header);
    requests_.push_back({header.nlmsg_seq, asks});
    if (asks) ++open_;
  }
  asked_ = open_ != 0;
  return walk.AtEnd() && !requests_.empty();
}

bool Ledger::Enter(std::span<const uint8_t> datagram, uint32_t port) {
  Walk walk(datagram);
  nlmsghdr header;
  bool ours = false;
  while (walk.Header(&header)) {
    if (header.nlmsg_pid == port && Settle(header)) ours = true;
    if (!walk.Skip(header)) break;
  }
  return ours;
}

bool Ledger::Settle(const nlmsghdr& header) {
  Request* request = Find(header.nlmsg_seq);
  if (request == nullptr) return false;
  const bool last = header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE;
  if (last && request->open) {
    request->open = false;
    --open_;
  }
  return true;
}

// Answers come in the order of the requests, and those of a dump all belong to one: searching onwards from the last
// hit makes the whole reply linear.
Ledger::Request* Ledger::Find(uint32_t sequence) {
  for (size_t tried = 0; tried < requests_.size(); ++tried) {
    if (requests_[last_].sequence == sequence) return &requests_[last_];
    last_ = last_ + 1 < requests_.size() ? last_ + 1 : 0;
  }
  return nullptr;
}

}  // namespace rtnetlink
