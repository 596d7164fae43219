#include <simplicit/base/error.hpp>
#include <simplicit/system/memory_room.hpp>

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace simplicit;
namespace fs = std::filesystem;

namespace {

/// A made-up root directory with the kernel's files in it.
class FakeSystem {
 public:
  FakeSystem() {
    std::string pattern = (fs::temp_directory_path() / "memory_room_XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    write("/proc/meminfo", "MemTotal:       9000 kB\nMemFree:         10 kB\nMemAvailable:   1000 kB\n");
  }
  ~FakeSystem() { fs::remove_all(root_); }
  FakeSystem(const FakeSystem&) = delete;
  FakeSystem& operator=(const FakeSystem&) = delete;

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories(fs::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  [[nodiscard]] std::size_t available() const { return available_memory(root_); }

 private:
  std::string root_;
};

/// Sets an environment variable for one scope.
class Setting {
 public:
  explicit Setting(const std::string& value) { setenv(name, value.c_str(), 1); }
  ~Setting() { unsetenv(name); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  static constexpr const char* name = "OMPI_MCA_osc_sm_backing_directory";
};

constexpr std::size_t kib = 1024;

}  // namespace

TEST_CASE("without control groups the system's word counts") {
  const FakeSystem system;
  CHECK(system.available() == 1000 * kib);
  system.write("/proc/self/cgroup", "0::/\n");
  CHECK(system.available() == 1000 * kib);
}

TEST_CASE("a limit of any control group above the process binds; pages the kernel can drop count as free") {
  const FakeSystem system;
  system.write("/proc/self/cgroup", "0::/slurm/job_1/step_0\n");
  system.write("/sys/fs/cgroup/slurm/job_1/step_0/memory.max", "max\n");
  CHECK(system.available() == 1000 * kib);
  system.write("/sys/fs/cgroup/slurm/job_1/memory.max", std::to_string(800 * kib));
  CHECK(system.available() == 800 * kib);
  system.write("/sys/fs/cgroup/slurm/job_1/memory.current", std::to_string(700 * kib));
  CHECK(system.available() == 100 * kib);
  system.write("/sys/fs/cgroup/slurm/job_1/memory.stat",
               "anon 5\ninactive_file " + std::to_string(200 * kib));
  CHECK(system.available() == 300 * kib);
  system.write("/sys/fs/cgroup/memory.max", std::to_string(50 * kib));
  CHECK(system.available() == 50 * kib);
}

TEST_CASE("control groups of version 1 bind too") {
  const FakeSystem system;
  system.write("/proc/self/cgroup", "8:pids:/\n4:memory:/job\n1:cpu:/\n0::/\n");
  system.write("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", std::to_string(600 * kib));
  system.write("/sys/fs/cgroup/memory/job/memory.usage_in_bytes", std::to_string(500 * kib));
  system.write("/sys/fs/cgroup/memory/job/memory.stat",
               "inactive_file 1\ntotal_inactive_file " + std::to_string(kib));
  CHECK(system.available() == 101 * kib);
  system.write("/sys/fs/cgroup/memory/job/memory.usage_in_bytes", std::to_string(5000 * kib));
  CHECK(system.available() == 0);
}

TEST_CASE("this machine has some memory") {
  CHECK(available_memory() > (std::size_t{1} << 20));
}

TEST_CASE("shared memory is looked for where the environment says") {
  const auto directory = fs::temp_directory_path().string();
  const Setting setting(directory);
  const SharedMemoryRoom room = shared_memory_room();
  CHECK(room.directory == directory);
  CHECK(room.free_bytes <= fs::space(directory).capacity);
}

TEST_CASE("a shared-memory directory that is not there is named") {
  const Setting setting("/no/such/directory");
  CHECK_THROWS_AS(require_room("G", 1, true, 0), InputError);
  CHECK_THROWS_WITH(require_room("G", 1, true, 0), Catch::Contains("/no/such/directory"));
  CHECK_NOTHROW(require_room("G", 1, false, 0));
}

TEST_CASE("room that is promised to others or must stay spare is not given") {
  const std::size_t available = available_memory();
  CHECK_THROWS_AS(require_room("G", available, false, 0), InputError);
  CHECK_NOTHROW(require_room("G", available / 4, false, 0));
  CHECK_THROWS_AS(require_room("G", available / 4, false, available - available / 5), InputError);
  CHECK_THROWS_WITH(require_room("the states", std::size_t{3} << 50, false, 0),
                    Catch::StartsWith("no room for the states (3.00 PiB): this node has "));
}

TEST_CASE("a limit on the address space of a process binds") {
  constexpr std::size_t gib = std::size_t{1} << 30;
  struct rlimit before {};
  REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
  struct rlimit limit = before;
  limit.rlim_cur = 64 * gib;
  REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0);
  CHECK_NOTHROW(require_address_space("G", gib));
  CHECK_THROWS_AS(require_address_space("G", 64 * gib), InputError);
  CHECK_THROWS_WITH(
      require_address_space("G", 64 * gib),
      Catch::Contains("no room for G (64.00 GiB): the limit") && Catch::Contains("(ulimit -v)"));
  REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
  CHECK_NOTHROW(require_address_space("G", 64 * gib));
}

TEST_CASE("sizes are written for people") {
  CHECK(human_size(0) == "0 bytes");
  CHECK(human_size(1023) == "1023 bytes");
  CHECK(human_size(1536) == "1.50 KiB");
  CHECK(human_size(std::size_t{5} << 30) == "5.00 GiB");
}
