#pragma once

#include <unistd.h>

#include <utility>

#include "census.h"

namespace rtnetlink {

// The one owner of a descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {
    if (fd_ >= 0) ++Census::descriptors;
  }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  // close() is not repeated on EINTR: Linux has freed the number by then, and another thread may have it already.
  ~UniqueFd() {
    const int fd = Release();
    if (fd >= 0) close(fd);
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  // The caller owns it from here on.
  int Release() {
    if (fd_ >= 0) --Census::descriptors;
    return std::exchange(fd_, -1);
  }

 private:
  int fd_ = -1;
};

}  // namespace rtnetlink
