# shellcheck shell=bash disable=SC2034
# Sourced by the other scripts of this folder: installs what is missing, builds, knows how to launch ranks.

repository=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
build="$repository/build"

# Debian packages, in the order: compilers, libraries, libraries of the tests, tools and data the jobs use.
packages=(
  g++ cmake ninja-build git
  openmpi-bin libopenmpi-dev libhdf5-openmpi-dev
  libboost-serialization-dev zlib1g-dev libxxhash-dev
  libonnx-dev libprotobuf-dev libopencv-dnn-dev libarchive-dev
  libeigen3-dev libopenblas-dev libcli11-dev libspdlog-dev libfmt-dev nlohmann-json3-dev
  catch2 librapidcheck-dev
  gnuplot-nox dataset-fashion-mnist python3 python3-numpy python3-scipy python3-h5py shellcheck
)

say() { printf '%s\n' "$*" >&2; }

# Packages of the list that dpkg does not report as installed, one a line.
missing_packages() {
  local package
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s\n' "$package"
  done
}

# Prints how to become root for one command: nothing for root, a sudo that will not hang, or fails.
root_prefix() {
  if [ "$(id -u)" -eq 0 ]; then return 0; fi
  command -v sudo >/dev/null || return 1
  if sudo -n true 2>/dev/null; then echo "sudo -n"; return 0; fi
  if [ -t 0 ] && [ -t 2 ]; then echo sudo; return 0; fi
  return 1
}

install_missing_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "This is not a Debian system: the libraries named in the README must be there already."
    return 0
  fi
  local missing prefix
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" -eq 0 ]; then return 0; fi
  if ! prefix=$(root_prefix); then
    say "Packages are missing and this user may not install them. Have this line run once, then start again:"
    say "sudo apt-get install -y --no-install-recommends ${missing[*]}"
    exit 2
  fi
  say "Installing ${missing[*]}"
  local as_root=()
  if [ -n "$prefix" ]; then read -ra as_root <<<"$prefix"; fi
  "${as_root[@]}" apt-get -qq update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# build_preset PRESET [TARGET]: configures and builds into build/ with all cores.
build_preset() {
  local generator=()
  if [ ! -e "$build/CMakeCache.txt" ] && command -v ninja >/dev/null; then generator=(-G Ninja); fi
  (cd "$repository" && cmake --preset "$1" "${generator[@]}" >"$(configure_log)") ||
    { cat "$(configure_log)" >&2; say "Configuring failed."; exit 1; }
  cmake --build "$build" --parallel "$(nproc)" ${2:+--target "$2"}
}

# build_quietly PRESET TARGET: the same, with what the build says in build/build.log, shown when it fails.
build_quietly() {
  mkdir -p "$build"
  say "Building into $build"
  build_preset "$@" >"$build/build.log" || { tail -n 40 "$build/build.log" >&2; say "The build failed."; exit 1; }
}

configure_log() {
  mkdir -p "$build"
  printf '%s' "$build/configure.log"
}

# Sets `launch` to the words that start RANKS ranks (at most two unless RANKS says otherwise).
prepare_launch() {
  local cores
  cores=$(nproc)
  ranks=${RANKS:-$((cores < 2 ? cores : 2))}
  launch=(mpirun -q --oversubscribe --bind-to none --mca btl_base_warn_component_unused 0 -n "$ranks")
  if [ "$ranks" -gt "$cores" ]; then export OMPI_MCA_mpi_yield_when_idle=1; fi
  if [ "$(id -u)" -eq 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
}
