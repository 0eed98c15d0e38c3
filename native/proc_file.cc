#include "proc_file.h"

#include <fcntl.h>

#include <cerrno>

namespace rtnetlink {
namespace {

constexpr size_t kMaxSize = 64 * 1024;

// O_NONBLOCK: the path may lead to anything, and a FIFO would hold the thread.
SystemError OpenInside(const Netns& netns, const std::string& path, int flags, UniqueFd* out) {
  if (SystemError error = Enter(netns)) return error;
  *out = UniqueFd(open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  return *out ? SystemError{} : SystemError::Last("open", path);
}

}  // namespace

SystemError ReadFile(const Netns& netns, const std::string& path, std::string* out) {
  UniqueFd fd;
  if (SystemError error = OpenInside(netns, path, O_RDONLY, &fd)) return error;
  std::string text(kMaxSize + 1, '\0');
  size_t size = 0;
  while (size <= kMaxSize) {
    const ssize_t got = read(fd.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError::Last("read", path);
    if (got == 0) break;
    size += got;
  }
  if (size > kMaxSize) return {EFBIG, "read", path};
  text.resize(size);
  *out = std::move(text);
  return {};
}

SystemError WriteFile(const Netns& netns, const std::string& path, const std::string& text) {
  UniqueFd fd;
  if (SystemError error = OpenInside(netns, path, O_WRONLY, &fd)) return error;
  ssize_t put;
  do {
    put = write(fd.get(), text.data(), text.size());
  } while (put < 0 && errno == EINTR);
  if (put < 0) return SystemError::Last("write", path);
  // Some handlers tell of less than they took: addrconf_fixup_forwarding returns 1, whatever was written.
  return put > 0 || text.empty() ? SystemError{} : SystemError{EIO, "write", path};
}

}  // namespace rtnetlink
