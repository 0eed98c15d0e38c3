#include "tun.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

namespace rtnetlink {
namespace {

// Whoever may attach to the link need not have the privilege to ask its descriptor for the namespace. The kernel takes
// that of the thread, so then the thread is asked.
SystemError ProveOpenedIn(int fd, const Netns& netns) {
  SystemError error = ProveInside(fd, netns);
  return error.number == EPERM ? ProveAtHome(fd, netns) : error;
}

SystemError Attach(int fd, const TunOptions& options) {
  ifreq request = {};
  if (options.name.size() >= sizeof request.ifr_name) return {ENAMETOOLONG, "ioctl TUNSETIFF"};
  memcpy(request.ifr_name, options.name.data(), options.name.size());
  request.ifr_flags = static_cast<short>(options.flags);
  return ioctl(fd, TUNSETIFF, &request) == 0 ? SystemError{} : SystemError::Last("ioctl TUNSETIFF");
}

// The argument is the number itself, not a pointer to it as the macros of the header have it.
SystemError Set(int fd, unsigned long request, const char* syscall, std::optional<unsigned long> value) {
  if (!value || ioctl(fd, request, *value) == 0) return {};
  return SystemError::Last(syscall);
}

}  // namespace

SystemError OpenTun(const TunOptions& options, UniqueFd* out) {
  if (SystemError error = Enter(*options.netns)) return error;
  UniqueFd fd(open(options.path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return SystemError::Last("open", options.path);
  if (SystemError error = ProveOpenedIn(fd.get(), *options.netns)) return error;
  if (options.index && ioctl(fd.get(), TUNSETIFINDEX, &*options.index) != 0) {
    return SystemError::Last("ioctl TUNSETIFINDEX");
  }
  if (SystemError error = Attach(fd.get(), options)) return error;
  if (SystemError error = Set(fd.get(), TUNSETOWNER, "ioctl TUNSETOWNER", options.user)) return error;
  if (SystemError error = Set(fd.get(), TUNSETGROUP, "ioctl TUNSETGROUP", options.group)) return error;
  if (SystemError error = Set(fd.get(), TUNSETPERSIST, "ioctl TUNSETPERSIST", options.persist)) return error;
  *out = std::move(fd);
  return {};
}

}  // namespace rtnetlink
