#!/usr/bin/env bash
# Jobs that belong together: an array over lambda, the three jobs of a pipeline, and a scaling study.
# shellcheck source=tests/slurm/session.sh
. "$(dirname "${BASH_SOURCE[0]}")/session.sh"
need_dataset
start_cluster
ended() { expect "$1 ends" until_state "$2" "$3" COMPLETED FAILED CANCELLED; }

# The numbers of the three jobs of a pipeline, from what it said.
read_jobs() {
  read -r capture train evaluate < <(grep -oE '[0-9]+ \((capture|train|evaluate)' err | grep -oE '^[0-9]+' | paste -sd ' ') ||
    failed "a pipeline names its jobs"
}

succeed 1 baseline --dataset "$dataset" --hidden 16,8 --epochs 1 --seed 3 --out "base line.h5"

# A pipeline from another folder; its jobs wait for one another.
mkdir elsewhere
cd elsewhere
CAPTURE_FLAGS="--samples 600" bash "$jobs/pipeline.sh" --nodes=2 --ntasks=4 ../"base line.h5" "$dataset" "../the run" -- --lambda-rel 1e-3 --kappa 0.9 2>../err
cd ..
read_jobs
expect "train waits for capture" grep -q "afterok:$capture" <(scontrol show job "$train")
expect "evaluate waits for train" grep -q "afterok:$train" <(scontrol show job "$evaluate")
ended "the pipeline" "$evaluate" 120
expect "the page is there" test -s "the run/report/index.html"
succeed 1 capture "base line.h5" --dataset "$dataset" --split train --samples 600 --kappa 0.9 --out states.h5
succeed 1 train states.h5 --lambda-rel 1e-3 --kappa 0.9 --out model.h5
expect "the pipeline's states" compare states.h5 "the run/train_states.h5"
expect "the pipeline's model" compare model.h5 "the run/model.h5"

# When a step fails the next ones are cancelled.
cp model.h5 "no baseline.h5"
bash "$jobs/pipeline.sh" "no baseline.h5" "$dataset" failing -- --lambda-rel 1e-3 2>err
read_jobs
expect "a capture without a baseline fails" until_state "$capture" 60 FAILED
expect "its log names the file" grep -q 'simplicit: no baseline.h5: ' failing/capture-"$capture".log
expect "the last job is cancelled" until_state "$evaluate" 60 CANCELLED ""

# An array, one lambda a task.
submit --array=0-2 -n 2 --output="$scratch/array-%a.log" "$jobs/path_array.sbatch" states.h5 models 1e-3 1e-2 -- --kappa 0.9
for task in 0 1 2; do ended "task $task" "${job}_$task" 120; done
for ((task = 0; task < 2; ++task)); do
  lambda=$([ "$task" -eq 0 ] && echo 1e-3 || echo 1e-2)
  succeed 1 train states.h5 --lambda-rel "$lambda" --kappa 0.9 --out model.h5
  expect "task $task has the bits of a run here" compare model.h5 "models/model_$lambda.h5"
  expect "task $task has a report" test -s "models/model_$lambda.json"
done
expect "a task too many says so" grep -q 'there are 2 values of lambda: submit with --array=0-1' array-2.log

# A scaling study, as jobs and here.
export PYTHON=$python
bash "$jobs/scaling.sh" --weak --nodes=1-2 states.h5 "a study" 1 2 6 -- --lambda-rel 1e-3 --kappa 0.9 >out 2>err || failed "a study succeeds"
expect "a row for each run" test "$(wc -l <"a study/scaling.csv")" -eq 7
expect "the table is shown" grep -q '| weak | 6 | 34 |' out
expect "six ranks ran" grep -q '"ranks": 6' "a study/strong-ranks-6-run-1.json"
if command -v gnuplot >/dev/null; then expect "the picture is drawn" test -s "a study/scaling.png"; fi
run_again() { bash "$jobs/scaling.sh" --here states.h5 "a study" 1 -- --lambda-rel 1e-3 >out 2>err; }
expect "an earlier study is not mixed up" grep -q 'holds the runs of an earlier study' <(run_again || cat err)
bash "$jobs/scaling.sh" --here --repeat=3 states.h5 "study here" 1 2 -- --lambda-rel 1e-3 >out 2>err || failed "a study here succeeds"
expect "a row for each number of ranks" test "$(wc -l <"study here/scaling.csv")" -eq 3
finish
