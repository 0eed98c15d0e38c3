#include "netns_dir.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <functional>

namespace rtnetlink {
namespace {

constexpr int kLockRetry = 10;  // milliseconds

// Checked here although the kernel confines the lookup too: not every kernel can, and control characters pass there.
bool IsName(const std::string& name) {
  const auto bad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/'; };
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." && std::ranges::none_of(name, bad);
}

std::string Join(const std::string& directory, const std::string& name) { return directory + "/" + name; }

SystemError OpenDirectory(const std::string& directory, UniqueFd* out) {
  *out = UniqueFd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return *out ? SystemError{} : SystemError::Last("open", directory);
}

// openat2 is newer than Linux 5.5, and older container runtimes answer EPERM for it. A checked name and O_NOFOLLOW
// amount to the same: there is but one component.
UniqueFd OpenBeneath(int directory, const std::string& name, int flags) {
  open_how how = {};
  how.flags = flags | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  UniqueFd fd(static_cast<int>(syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how)));
  if (fd || (errno != ENOSYS && errno != EPERM)) return fd;
  return UniqueFd(openat(directory, name.c_str(), static_cast<int>(how.flags)));
}

SystemError OpenChecked(int directory, const std::string& name, const std::string& path, Netns* out) {
  // O_NONBLOCK: a FIFO put there would hold us.
  UniqueFd fd = OpenBeneath(directory, name, O_RDONLY | O_NONBLOCK);
  if (!fd) return SystemError::Last("open", path);
  return CheckNetns(std::move(fd), path, out);
}

SystemError MakeDirectories(const std::string& directory) {
  for (size_t end = directory.find('/', 1);; end = directory.find('/', end + 1)) {
    if (mkdir(directory.substr(0, end).c_str(), 0755) != 0 && errno != EEXIST) {
      return SystemError::Last("mkdir", directory);
    }
    if (end == std::string::npos) return {};
  }
}

// Tries again and again instead of waiting inside flock(), out of which only a signal would bring the thread.
SystemError Lock(int directory, const std::string& path, int wake) {
  while (flock(directory, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return SystemError::Last("flock", path);
    pollfd wish = {wake, POLLIN, 0};
    if (poll(&wish, 1, kLockRetry) > 0) return {ECANCELED, "flock", path};
  }
  return {};
}

// Shared, so that the names are seen in every mount namespace that was copied from this one, and go there too when
// they are deleted here. Under the lock, or two processes would stack mounts on the directory.
SystemError ShareDirectory(const std::string& directory, int wake) {
  UniqueFd fd;
  if (SystemError error = OpenDirectory(directory, &fd)) return error;
  if (SystemError error = Lock(fd.get(), directory, wake)) return error;
  const char* path = directory.c_str();
  const auto share = [path] { return mount("", path, "none", MS_SHARED | MS_REC, nullptr) == 0; };
  if (share()) return {};
  // EINVAL: it is no mount point yet.
  if (errno != EINVAL) return SystemError::Last("mount", directory);
  if (mount(path, path, "none", MS_BIND | MS_REC, nullptr) != 0) return SystemError::Last("mount", directory);
  return share() ? SystemError{} : SystemError::Last("mount", directory);
}

// Makes relative paths mean `directory` on this thread alone, so that mount() and umount2(), which take no directory
// descriptor, cannot be led astray by a directory that is replaced meanwhile.
SystemError GoTo(int directory, const std::string& path) {
  if (unshare(CLONE_FS) != 0) return SystemError::Last("unshare");
  return fchdir(directory) == 0 ? SystemError{} : SystemError::Last("fchdir", path);
}

// Binds the namespace `expected`, to which `source` leads, on the empty file `name`, which is in the current directory.
SystemError Bind(int directory, const std::string& name, const std::string& path, const std::string& source,
                 const Netns& expected, Netns* out) {
  if (mount(source.c_str(), name.c_str(), "none", MS_BIND, nullptr) != 0) return SystemError::Last("mount", path);
  SystemError error = OpenChecked(directory, name, path, out);
  const bool same = out->device == expected.device && out->inode == expected.inode;
  if (!error && !same) error = {EXDEV, "proof", path};
  if (error) umount2(name.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  out->cookie = expected.cookie;
  return error;
}

using Binding = std::function<SystemError(int directory, const std::string& path)>;

// Makes the file `name` in `directory`, which is the current one then, and takes it away again if `bind` fails.
SystemError OnNewFile(const std::string& directory, const std::string& name, int wake, const Binding& bind) {
  const std::string path = Join(directory, name);
  if (!IsName(name)) return {EINVAL, "open", path};
  if (SystemError error = MakeDirectories(directory)) return error;
  if (SystemError error = ShareDirectory(directory, wake)) return error;
  // Opened only now: before, it might have been what lies beneath the mount.
  UniqueFd parent;
  if (SystemError error = OpenDirectory(directory, &parent)) return error;
  if (SystemError error = GoTo(parent.get(), directory)) return error;
  UniqueFd file(openat(parent.get(), name.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0));
  if (!file) return SystemError::Last("open", path);
  SystemError error = bind(parent.get(), path);
  if (error) unlinkat(parent.get(), name.c_str(), 0);
  return error;
}

}  // namespace

SystemError OpenNamed(const std::string& directory, const std::string& name, Netns* out) {
  const std::string path = Join(directory, name);
  if (!IsName(name)) return {EINVAL, "open", path};
  UniqueFd parent;
  if (SystemError error = OpenDirectory(directory, &parent)) return error;
  if (SystemError error = OpenChecked(parent.get(), name, path, out)) return error;
  LearnCookie(out);
  return {};
}

SystemError CreateNamed(const std::string& directory, const std::string& name, int wake, Netns* out) {
  return OnNewFile(directory, name, wake, [&name, out](int parent, const std::string& path) -> SystemError {
    if (unshare(CLONE_NEWNET) != 0) return SystemError::Last("unshare");
    Netns current;
    if (SystemError error = CurrentNetns(&current)) return error;
    return Bind(parent, name, path, "/proc/thread-self/ns/net", current, out);
  });
}

SystemError AttachNamed(const std::string& directory, const std::string& name, const Netns& netns, int wake) {
  return OnNewFile(directory, name, wake, [&name, &netns](int parent, const std::string& path) {
    Netns bound;
    return Bind(parent, name, path, "/proc/thread-self/fd/" + std::to_string(netns.fd.get()), netns, &bound);
  });
}

SystemError DeleteNamed(const std::string& directory, const std::string& name) {
  const std::string path = Join(directory, name);
  if (!IsName(name)) return {EINVAL, "open", path};
  UniqueFd parent;
  if (SystemError error = OpenDirectory(directory, &parent)) return error;
  // A namespace can be found under a name, symbolic links aside, only if it is mounted right there.
  Netns netns;
  if (SystemError error = OpenChecked(parent.get(), name, path, &netns)) return error;
  if (SystemError error = GoTo(parent.get(), directory)) return error;
  if (umount2(name.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) return SystemError::Last("umount2", path);
  return unlinkat(parent.get(), name.c_str(), 0) == 0 ? SystemError{} : SystemError::Last("unlink", path);
}

}  // namespace rtnetlink
