#pragma once

namespace simplicit::report {

/// From here on this process and the program it becomes cannot make other processes: fork, vfork and clone
/// (but for threads) fail with EPERM. Does nothing where the kernel cannot filter system calls. Safe between
/// fork and exec.
void forbid_new_processes();

}  // namespace simplicit::report
