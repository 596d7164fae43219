#pragma once

namespace simplicit::cli {

/// Parses the command line, runs the chosen command on all ranks, and returns the exit code of the process.
/// Faults are told once, by root, on standard error.
int run(int argc, char** argv);

}  // namespace simplicit::cli
