#include "netns_open.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>

#include <cerrno>

namespace rtnetlink {

SystemError CreateNameless(Netns* out) {
  if (unshare(CLONE_NEWNET) != 0) return SystemError::Last("unshare");
  return CurrentNetns(out);
}

SystemError OpenPath(const std::string& path, Netns* out) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return SystemError::Last("open", path);
  if (SystemError error = CheckNetns(std::move(fd), path, out)) return error;
  LearnCookie(out);
  return {};
}

// The pidfd pins the process, the path only the number: if the process is alive afterwards, the number was its own all
// the time. A pidfd becomes readable when its process has ended.
SystemError OpenPid(int pid, Netns* out) {
  const std::string path = "/proc/" + std::to_string(pid) + "/ns/net";
  UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return SystemError::Last("pidfd_open", path);
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return SystemError::Last("open", path);
  pollfd ended = {process.get(), POLLIN, 0};
  if (poll(&ended, 1, 0) != 0) return {ESRCH, "pidfd_open", path};
  if (SystemError error = CheckNetns(std::move(fd), path, out)) return error;
  LearnCookie(out);
  return {};
}

}  // namespace rtnetlink
