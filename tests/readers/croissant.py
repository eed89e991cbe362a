"""Reads a dataset folder by its croissant.json: what validation says, and how many rows each record set has."""

import json
import os
import sys

import mlcroissant

os.chdir(sys.argv[1])
dataset = mlcroissant.Dataset(jsonld="croissant.json")
issues = dataset.metadata.ctx.issues
names = [record_set.name for record_set in dataset.metadata.record_sets]
print(json.dumps({"errors": sorted(issues.errors), "rows": {name: sum(1 for _ in dataset.records(name)) for name in names}}))
