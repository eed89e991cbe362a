"""Reads every configuration of a dataset folder with datasets, and then some of a second one under the same cache folder.

    two_runs.py CACHE FIRST SECOND CONFIGURATION...  -> for each folder: {configuration: column digests}
"""

import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"

import datasets
from canonical import ColumnDigests

datasets.disable_progress_bars()


def digests(rows):
    columns = ColumnDigests()
    for row in rows:
        columns.add(row)
    return columns.result()


cache, first, second, *again = sys.argv[1:]
result = []
for folder, names in [(first, sorted(datasets.get_dataset_config_names(first))), (second, again)]:
    result.append({name: digests(datasets.load_dataset(folder, name=name, split="train", cache_dir=cache)) for name in names})
print(json.dumps(result))
