#include "report/no_new_processes.hpp"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>

namespace simplicit::report {
namespace {

#if defined(__x86_64__)
constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#else
constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#endif

constexpr unsigned fails_with(int error) {
  return SECCOMP_RET_ERRNO | (static_cast<unsigned>(error) & SECCOMP_RET_DATA);
}

constexpr sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
}

/// Goes on with the next instruction when the loaded word equals `value`, else skips `skipped` of them.
constexpr sock_filter if_equal(unsigned value, unsigned char skipped) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped);
}

constexpr sock_filter answer(unsigned action) {
  return BPF_STMT(BPF_RET | BPF_K, action);
}

}  // namespace

void forbid_new_processes() {
  // clone's flags are its first argument on both architectures, their low half comes first (little endian).
  // clone3 hides its flags behind a pointer: the C library goes back to clone when it is unknown.
  sock_filter program[] = {
    load(offsetof(seccomp_data, arch)),
    if_equal(architecture, 1),
    BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
    answer(fails_with(EPERM)),
    load(offsetof(seccomp_data, nr)),
#if defined(__x86_64__)
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000U, 0, 1),  // the x32 spelling of the same calls
    answer(fails_with(EPERM)),
    if_equal(__NR_fork, 1),
    answer(fails_with(EPERM)),
    if_equal(__NR_vfork, 1),
    answer(fails_with(EPERM)),
#endif
    if_equal(__NR_clone3, 1),
    answer(fails_with(ENOSYS)),
    if_equal(__NR_clone, 3),
    load(offsetof(seccomp_data, args)),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
    answer(fails_with(EPERM)),
    answer(SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{static_cast<unsigned short>(sizeof program / sizeof program[0]), program};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

}  // namespace simplicit::report

#else

namespace simplicit::report {

void forbid_new_processes() {}

}  // namespace simplicit::report

#endif
