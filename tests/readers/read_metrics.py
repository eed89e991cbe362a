"""Reads a page of metrics as Prometheus' own Python library does.

    read_metrics.py PAGE  -> [{name, type, help, samples: [{name, labels, value}]}]
"""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8") as page:
    families = list(text_string_to_metric_families(page.read()))

print(
    json.dumps(
        [
            {
                "name": family.name,
                "type": family.type,
                "help": family.documentation,
                "samples": [
                    {"name": sample.name, "labels": sample.labels, "value": sample.value}
                    for sample in family.samples
                ],
            }
            for family in families
        ]
    )
)
