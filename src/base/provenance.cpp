#include <simplicit/base/provenance.hpp>

#include <simplicit_version.hpp>

#include <ctime>
#include <fstream>

namespace simplicit {

std::string version() {
  return SIMPLICIT_VERSION;
}

std::string git_hash() {
  return SIMPLICIT_GIT_HASH;
}

std::string cpu_type() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    const auto colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

nlohmann::json provenance(const std::string& command_line) {
  return {{"version", version()},
          {"git_hash", git_hash()},
          {"cpu_type", cpu_type()},
          {"command_line", command_line},
          {"started", utc_now()}};
}

}  // namespace simplicit
