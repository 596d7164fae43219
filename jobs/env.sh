# shellcheck shell=bash
# The environment of your cluster, sourced by the job scripts before they look for a program. On a plain machine it
# has nothing to do. Edit your copy, or set these before submitting (sbatch hands the environment on):
#
#     SIMPLICIT_MODULES="gcc/12 openmpi/4.1 hdf5/1.14-mpi openblas"    modules to load
#     SIMPLICIT_SPACK=$HOME/spack SIMPLICIT_SPACK_ENV=simplicit        a Spack and an environment in it
#
# Others worth knowing, all optional:
#
#     HDF5_USE_FILE_LOCKING=FALSE                                      a file system whose locks fail
#     SIMPLICIT_MPIIO_HINTS="striping_factor=8;striping_unit=4194304"  hints for MPI-IO, see jobs/README.md
#     OMPI_MCA_osc_sm_backing_directory=/local                         shared windows elsewhere than in /dev/shm

if [ -n "${SIMPLICIT_MODULES:-}" ]; then
  # a batch shell that is no login shell may lack the command
  # shellcheck source=/dev/null
  if ! type module >/dev/null 2>&1 && [ -f /etc/profile.d/modules.sh ]; then . /etc/profile.d/modules.sh; fi
  # shellcheck source=/dev/null
  if ! type module >/dev/null 2>&1 && [ -f /etc/profile.d/lmod.sh ]; then . /etc/profile.d/lmod.sh; fi
  # shellcheck disable=SC2086  # a list of words
  module load $SIMPLICIT_MODULES
fi

if [ -n "${SIMPLICIT_SPACK:-}" ]; then
  # shellcheck source=/dev/null
  . "$SIMPLICIT_SPACK/share/spack/setup-env.sh"
  if [ -n "${SIMPLICIT_SPACK_ENV:-}" ]; then spack env activate "$SIMPLICIT_SPACK_ENV"; fi
fi

# Containers and small test clusters run everything as root, which Open MPI wants to be told.
if [ "$(id -u)" -eq 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
