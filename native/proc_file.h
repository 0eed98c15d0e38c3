#pragma once

#include <string>

#include "netns.h"

namespace rtnetlink {

// Small files whose content depends on the namespace of the reading thread, such as those under /proc/sys/net. Both
// move the calling thread and are for throw-away ones.

SystemError ReadFile(const Netns& netns, const std::string& path, std::string* out);

// In one write(): a sysctl takes each as a value of its own.
SystemError WriteFile(const Netns& netns, const std::string& path, const std::string& text);

}  // namespace rtnetlink
