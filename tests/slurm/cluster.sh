# shellcheck shell=bash disable=SC2154
# Sourced by the sessions of this folder: a real Slurm of two nodes, n1 and n2, on this one machine, for as long as
# the session lives. Each node has its own host name, its own shared memory and its own file system at $node_local (in
# namespaces), and claims four processors. Nothing outside $cluster is touched; ports are free ones.

cluster=
daemons=()
node_cpus=4
PATH=$PATH:/usr/sbin:/sbin

# Skipping must not go unnoticed: jobs/test.sh repeats these lines at its end.
no_cluster() {
  printf 'NOT TESTED: no Slurm on this machine: %s\n' "$*"
  [ -z "$cluster" ] || tail -n 5 "$cluster"/log/* 2>/dev/null
  exit 77
}

need_slurm() {
  local program
  for program in munged slurmctld slurmd sbatch; do
    command -v "$program" >/dev/null || no_cluster "$program is not installed (slurmctld slurmd slurm-client munge)"
  done
}

# daemon NAME COMMAND...: runs in the background, ends with this shell even when that is killed.
daemon() {
  local name=$1
  shift
  setpriv --pdeathsig TERM "$@" </dev/null >"$cluster/log/$name.out" 2>&1 &
  daemons+=($!)
}

# as_node NAME COMMAND...: the words that give a command its own host name, shared memory and $node_local. Ranks of
# srun name their shared memory after the node and the job's number, which another cluster on this machine may have too.
as_node() {
  local spaces=(unshare --uts --mount) become=(exec)
  if [ "$(id -u)" -ne 0 ]; then
    spaces=(unshare --user --map-current-user --keep-caps --uts --mount)
    become=(exec setpriv --inh-caps=-all --ambient-caps=-all)
  fi
  # shellcheck disable=SC2016  # the inner shell expands
  local enter='hostname "$1" && mount --bind "$2" "$3" && mount -t tmpfs tmpfs /dev/shm && shift 3 && '"${become[*]}"' "$@"'
  words=("${spaces[@]}" sh -c "$enter" sh "$1" "$cluster/$1" "$node_local" "${@:2}")
}

free_port() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_ports() { # sets `port`, the first of three
  for ((port = 20000 + RANDOM % 10000; port < 32000; port += 3)); do
    if free_port "$port" && free_port $((port + 1)) && free_port $((port + 2)); then return 0; fi
  done
  no_cluster "no free ports"
}

write_configuration() {
  local me node
  me=$(id -un)
  cat >"$cluster/slurm.conf" <<CONF
ClusterName=simplicit
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
CredType=cred/munge
# also how many seconds a requeued job waits, at least 5
AuthInfo=socket=$cluster/munge.socket,cred_expire=5
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool-%n
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd-%n.pid
SlurmctldLogFile=$cluster/log/slurmctld.log
SlurmdLogFile=$cluster/log/slurmd-%n.log
# each node's own, or the files of srun --mpi=pmix would meet
TmpFS=$cluster/tmp-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=1
SlurmdParameters=config_overrides
SwitchType=switch/none
ReturnToService=2
KillWait=3
MinJobAge=4
MailProg=/bin/true
CONF
  for node in 1 2; do
    echo "NodeName=n$node NodeHostname=n$node NodeAddr=127.0.0.1 Port=$((port + node)) CPUs=$node_cpus RealMemory=4000"
  done >>"$cluster/slurm.conf"
  echo "PartitionName=main Nodes=ALL Default=YES MaxTime=60 DefaultTime=5 State=UP" >>"$cluster/slurm.conf"
}

# Starts everything and waits until both nodes are idle.
start_cluster() {
  need_slurm
  cluster=$(mktemp -d "/tmp/simplicit-slurm.XXXXXX") # short: sockets live here
  node_local=$cluster/local
  mkdir -p "$cluster"/{log,state,sessions,local,n1,n2,spool-n1,spool-n2,tmp-n1,tmp-n2}
  chmod 755 "$cluster"
  as_node n1 true
  "${words[@]}" 2>/dev/null || no_cluster "namespaces for the two nodes are refused"
  head -c 1024 /dev/urandom >"$cluster/munge.key"
  chmod 400 "$cluster/munge.key"
  free_ports
  write_configuration
  export SLURM_CONF=$cluster/slurm.conf
  # what killed launchers leave goes with the cluster
  export OMPI_MCA_orte_tmpdir_base=$cluster/sessions
  trap stop_cluster EXIT

  daemon munged munged --foreground --key-file="$cluster/munge.key" --socket="$cluster/munge.socket" \
    --pid-file="$cluster/munged.pid" --log-file="$cluster/log/munged.log" --seed-file="$cluster/munge.seed"
  until [ -S "$cluster/munge.socket" ] || ! kill -0 "${daemons[-1]}"; do sleep 0.1; done
  daemon slurmctld slurmctld -D
  local node
  for node in n1 n2; do
    as_node "$node" slurmd -D -N "$node"
    daemon "slurmd-$node" "${words[@]}"
  done

  local waited
  for ((waited = 0; waited < 150; ++waited)); do
    if [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | sort -u | wc -l)" -eq 2 ]; then return 0; fi
    sleep 0.2
  done
  no_cluster "the nodes are not idle after 30 s"
}

stop_cluster() {
  set +e
  local daemon last
  scancel --user="$(id -un)" 2>/dev/null
  for ((waited = 0; waited < 50; ++waited)); do
    if [ -z "$(squeue -h 2>/dev/null)" ]; then break; fi
    sleep 0.2
  done
  for ((last = ${#daemons[@]} - 1; last >= 0; --last)); do
    daemon=${daemons[last]}
    kill "$daemon" 2>/dev/null || continue
    for ((waited = 0; waited < 50; ++waited)); do
      kill -0 "$daemon" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$daemon" 2>/dev/null
    wait "$daemon" 2>/dev/null
  done
  rm -rf "$cluster" "$scratch"
}

# state_of JOB: what the controller says, with an array's task as JOB_TASK; nothing once it forgot.
state_of() { scontrol show job "$1" 2>/dev/null | sed -n 's/.* *JobState=\([A-Z_]*\).*/\1/p' | sort -u; }
# field_of JOB KEY
field_of() { scontrol show job "$1" 2>/dev/null | tr ' ' '\n' | sed -n "s/^$2=//p" | head -n 1; }

# submit ARGUMENTS...: sbatch; the job's number is in `job`.
submit() { job=$(sbatch --parsable "$@"); }

# until_state JOB SECONDS STATE...: waits for one of the states; leaves the last seen in `state`.
until_state() {
  local job=$1 seconds=$2 waited wanted
  shift 2
  for ((waited = 0; waited < seconds * 5; ++waited)); do
    state=$(state_of "$job")
    for wanted in "$@"; do
      if [ "$state" = "$wanted" ]; then return 0; fi
    done
    sleep 0.2
  done
  return 1
}

# until_grep FILE WORDS SECONDS
until_grep() {
  local waited
  for ((waited = 0; waited < $3 * 5; ++waited)); do
    if grep -q -e "$2" "$1" 2>/dev/null; then return 0; fi
    sleep 0.2
  done
  return 1
}
