#!/usr/bin/env bash
# The same array with a vLLM server on every node, which only the worker of that node asks. See docs/scale.md.
#
#   mkdir -p logs && sbatch deploy/slurm-vllm.sh RECIPE MODEL [OPTION…]
#
# The recipe has for this server:
#
#   endpoints:
#     teacher: { base_url: '${TEACHER_URL}', dialect: vllm, local: true }
#SBATCH --job-name=twinstill-vllm
#SBATCH --array=0-7%8
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --gpus-per-node=1
#SBATCH --cpus-per-task=12
#SBATCH --mem=64G
#SBATCH --time=12:00:00
#SBATCH --output=logs/%A_%a.out
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@300
##SBATCH --partition=…  --account=…  --qos=…
set -uo pipefail

recipe=${1:?usage: sbatch slurm-vllm.sh RECIPE MODEL [OPTION…]}
model=${2:?usage: sbatch slurm-vllm.sh RECIPE MODEL [OPTION…]}
shift 2
cd "${SLURM_SUBMIT_DIR:-.}" || exit 1

# Two tasks on one node must not meet at one port, and caches of compiled kernels belong on a disk of the node.
port=$((20000 + (SLURM_JOB_ID % 20000)))
export TEACHER_URL="http://127.0.0.1:$port/v1"
export VLLM_CACHE_ROOT="${SLURM_TMPDIR:-/tmp}/vllm-$SLURM_JOB_ID"

vllm serve "$model" --host 127.0.0.1 --port "$port" >"logs/vllm-$SLURM_JOB_ID.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null' EXIT
until curl --silent --fail --max-time 5 "http://127.0.0.1:$port/health" >/dev/null; do
  kill -0 "$server" 2>/dev/null || { echo "vllm did not start: logs/vllm-$SLURM_JOB_ID.log" >&2; exit 1; }
  sleep 5
done

requeue=no
node_modules/.bin/node pipeline/cli.ts distill "$recipe" --no-wait --grace 240 "$@" &
worker=$!
trap 'requeue=yes; kill -TERM "$worker" 2>/dev/null' USR1
# scancel kills 30 seconds after its SIGTERM (KillWait): a second one before that gives up what has not come, and shards back.
trap 'kill -TERM "$worker" 2>/dev/null; { sleep 20; kill -TERM "$worker" 2>/dev/null; } &' TERM
while kill -0 "$worker" 2>/dev/null; do wait "$worker"; done
wait "$worker"
code=$?
if ((code == 3)) && [[ $requeue == yes ]]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}" && exit 0
fi
exit "$code"
