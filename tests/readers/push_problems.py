"""Pushes a problem set with datasets, as its users do: two configurations, one of them with two splits and several
shards. The Hub is the one of HF_ENDPOINT, the token that of HF_TOKEN. Prints, as JSON, the rows of each.

    push_problems.py REPOSITORY
"""

import json
import sys

from datasets import Dataset, DatasetDict

repository = sys.argv[1]


def sums(start, count):
    return Dataset.from_list(
        [
            {
                "question": f"What is {n} plus {n}? ½ – 漢字 😀",
                "extra": {"answer": 2 * n, "steps": [f"{n} + {n}", None]},
                "uid": n,
                "notes": "x" * 500,
            }
            for n in range(start, start + count)
        ]
    )


choices = Dataset.from_list(
    [
        {"question": "Which is even?", "choices": ["one", "two", "three"], "answer": 1},
        {"question": "Which is odd?", "choices": ["four", "five"], "answer": 1},
    ]
)

easy = DatasetDict({"train": sums(0, 300), "test": sums(1000, 20)})
easy.push_to_hub(repository, config_name="easy", num_shards={"train": 3, "test": 1})
choices.push_to_hub(repository, config_name="choices", split="validation")
print(
    json.dumps(
        {
            "train": [row["question"] for row in easy["train"]],
            "test": [row["question"] for row in easy["test"]],
            "validation": [row["question"] for row in choices],
        }
    )
)
