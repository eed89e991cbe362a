#!/usr/bin/env bash
# Works on one run with several processes of this machine.
#
#   deploy/shell-loop.sh RECIPE [WORKERS] [OPTION…]
#
# Every option goes to each worker, such as --run DIR. Start it again after anything that stopped it: a worker that finds its
# shards done goes on with those that nobody does. Exit code 0 when the dataset is there, otherwise the worst of the workers'.
set -uo pipefail

recipe=${1:?usage: shell-loop.sh RECIPE [WORKERS] [OPTION…]}
workers=${2:-4}
shift $(($# < 2 ? $# : 2))
logs=${LOGS:-logs}
mkdir -p "$logs"

pids=()
for ((index = 0; index < workers; index++)); do
  node_modules/.bin/node pipeline/cli.ts distill "$recipe" --shard "$index/$workers" "$@" >"$logs/worker-$index.log" 2>&1 &
  pids+=($!)
done
# Ctrl-C and SIGTERM reach every worker: each finishes what is under way, and the loop waits for it.
trap 'kill -TERM "${pids[@]}" 2>/dev/null' INT TERM

worst=0
for index in "${!pids[@]}"; do
  # A signal ends a wait before the worker has ended.
  while kill -0 "${pids[index]}" 2>/dev/null; do wait "${pids[index]}"; done
  wait "${pids[index]}"
  code=$?
  echo "worker $index of $workers ended with $code ($logs/worker-$index.log)" >&2
  ((code > worst)) && worst=$code
done
exit "$worst"
