#!/usr/bin/env bash
# Makes the dataset of a run after its array has ended, should no worker have: does what is left, which is nothing most times.
#
#   array=$(sbatch --parsable deploy/slurm-array.sh RECIPE)
#   sbatch --dependency=afterany:$array deploy/slurm-merge.sh RECIPE
#
# afterany and not afterok: one task that failed would keep an afterok job waiting for ever.
#SBATCH --job-name=twinstill-merge
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=04:00:00
#SBATCH --output=logs/%j.out
set -uo pipefail
recipe=${1:?usage: sbatch slurm-merge.sh RECIPE [OPTION…]}
shift
cd "${SLURM_SUBMIT_DIR:-.}" || exit 1
exec node_modules/.bin/node pipeline/cli.ts distill "$recipe" "$@"
