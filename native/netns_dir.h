#pragma once

#include <string>

#include "netns.h"

namespace rtnetlink {

// Namespaces with a name: nsfs files bound into a directory, as `ip netns` does it. All for throw-away threads.

SystemError OpenNamed(const std::string& directory, const std::string& name, Netns* out);

// Moves the calling thread into the new namespace. `wake` ends the wait for the lock of the directory.
SystemError CreateNamed(const std::string& directory, const std::string& name, int wake, Netns* out);

// The same with a namespace that exists.
SystemError AttachNamed(const std::string& directory, const std::string& name, const Netns& netns, int wake);

SystemError DeleteNamed(const std::string& directory, const std::string& name);

}  // namespace rtnetlink
