#!/usr/bin/env bash
# Works on one run with an array of Slurm jobs, a worker in each. See docs/scale.md.
#
#   mkdir -p logs && sbatch deploy/slurm-array.sh RECIPE [OPTION…]
#
# A worker ends when only others have something to do (--no-wait): slurm-merge.sh after them makes the dataset. --array may
# be changed and parts of it submitted again: which task has which shards first is read from Slurm's variables, and whoever
# has nothing left of its own goes on with what nobody does.
#SBATCH --job-name=twinstill
#SBATCH --array=0-7%8
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=12:00:00
#SBATCH --output=logs/%A_%a.out
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@300
##SBATCH --partition=…  --account=…  --qos=…
set -uo pipefail

recipe=${1:?usage: sbatch slurm-array.sh RECIPE [OPTION…]}
shift
cd "${SLURM_SUBMIT_DIR:-.}" || exit 1

# Five minutes before the time is up Slurm signals this script only (--signal=B:): the worker is told to stop, waits for answers
# in flight (four minutes at most, --grace) and gives its shards back. A second signal to the worker would give up what is under way.
requeue=no
node_modules/.bin/node pipeline/cli.ts distill "$recipe" --no-wait --grace 240 "$@" &
worker=$!
trap 'requeue=yes; kill -TERM "$worker" 2>/dev/null' USR1
# scancel kills 30 seconds after its SIGTERM (KillWait): a second one before that gives up what has not come, and shards back.
trap 'kill -TERM "$worker" 2>/dev/null; { sleep 20; kill -TERM "$worker" 2>/dev/null; } &' TERM
while kill -0 "$worker" 2>/dev/null; do wait "$worker"; done
wait "$worker"
code=$?

# 3: stopped, and the same command goes on where it was. A spent budget or quota would stop it again, so only the end of the
# time queues it anew.
if ((code == 3)) && [[ $requeue == yes ]]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}" && exit 0
fi
exit "$code"
