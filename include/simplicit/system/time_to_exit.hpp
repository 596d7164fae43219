#pragma once

namespace simplicit {

/// The process is ended with `exit_code` after these seconds, silently and for good: called when all is said
/// and done, as libraries may hang while they are left (OpenBLAS with too small an address space, for
/// example).
void limit_time_to_exit(double seconds, int exit_code);

}  // namespace simplicit
