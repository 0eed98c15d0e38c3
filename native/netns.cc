#include "netns.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

namespace rtnetlink {
namespace {

constexpr long kNsfsMagic = 0x6e736673;
constexpr char kThreadNetns[] = "/proc/thread-self/ns/net";

SystemError Verdict(bool same) { return same ? SystemError{} : SystemError{EXDEV, "proof"}; }

bool SameFile(const struct stat& file, const Netns& netns) {
  return file.st_dev == netns.device && file.st_ino == netns.inode;
}

}  // namespace

std::optional<uint64_t> CookieOfSocket(int socket) {
  uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  if (getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) != 0) return std::nullopt;
  return cookie;
}

SystemError CheckNetns(UniqueFd fd, const std::string& path, Netns* out) {
  struct statfs filesystem;
  if (fstatfs(fd.get(), &filesystem) != 0) return SystemError::Last("fstatfs", path);
  if (filesystem.f_type != kNsfsMagic) return {EINVAL, "fstatfs", path};
  const int type = ioctl(fd.get(), NS_GET_NSTYPE);
  if (type < 0) return SystemError::Last("ioctl", path);
  if (type != CLONE_NEWNET) return {EINVAL, "ioctl", path};
  struct stat file;
  if (fstat(fd.get(), &file) != 0) return SystemError::Last("fstat", path);
  *out = Netns{std::move(fd), file.st_dev, file.st_ino};
  return {};
}

SystemError CurrentNetns(Netns* out) {
  UniqueFd fd(open(kThreadNetns, O_RDONLY | O_CLOEXEC));
  if (!fd) return SystemError::Last("open", kThreadNetns);
  if (SystemError error = CheckNetns(std::move(fd), kThreadNetns, out)) return error;
  UniqueFd probe(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe) return SystemError::Last("socket");
  out->cookie = CookieOfSocket(probe.get());
  return {};
}

SystemError Enter(const Netns& netns) {
  // Whoever is there already needs no privilege to stay.
  struct stat here;
  if (stat(kThreadNetns, &here) == 0 && SameFile(here, netns)) return {};
  return setns(netns.fd.get(), CLONE_NEWNET) == 0 ? SystemError{} : SystemError::Last("setns");
}

void LearnCookie(Netns* netns) {
  if (Enter(*netns)) return;
  UniqueFd probe(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (probe) netns->cookie = CookieOfSocket(probe.get());
}

SystemError ProveInside(int socket, const Netns& target) {
  UniqueFd owner(ioctl(socket, SIOCGSKNS));
  if (!owner) {
    const SystemError refused = SystemError::Last("proof");
    const std::optional<uint64_t> cookie = CookieOfSocket(socket);
    if (!cookie || !target.cookie) return refused;
    return Verdict(*cookie == *target.cookie);
  }
  struct stat file;
  if (fstat(owner.get(), &file) != 0) return SystemError::Last("fstat");
  return Verdict(SameFile(file, target));
}

SystemError ProveAtHome(int socket, const Netns& home) {
  const std::optional<uint64_t> cookie = CookieOfSocket(socket);
  if (cookie && home.cookie) return Verdict(*cookie == *home.cookie);
  struct stat file;
  if (stat(kThreadNetns, &file) != 0) return SystemError::Last("stat", kThreadNetns);
  return Verdict(SameFile(file, home));
}

}  // namespace rtnetlink
