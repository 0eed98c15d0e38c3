#pragma once

#include <string>

#include "netns.h"

namespace rtnetlink {

// Namespaces without a name. All for throw-away threads.

SystemError CreateNameless(Netns* out);
SystemError OpenPath(const std::string& path, Netns* out);

// Never the namespace of another process that got the number meanwhile.
SystemError OpenPid(int pid, Netns* out);

}  // namespace rtnetlink
