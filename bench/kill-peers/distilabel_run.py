"""Asks every prompt once with distilabel. Cached batches are on, which is its way of going on: the same pipeline is run again."""

import json
import sys

from distilabel.models import OpenAILLM
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration

if __name__ == "__main__":
    url, prompts, flight, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    with open(prompts) as file:
        data = [{"instruction": prompt} for prompt in json.load(file)]
    with Pipeline(name="kill-peers") as pipeline:
        load = LoadDataFromDicts(data=data, batch_size=flight)
        ask = TextGeneration(
            llm=OpenAILLM(model="canned", base_url=url, api_key="none", timeout=600),
            input_batch_size=flight,
        )
        load >> ask
    answers = pipeline.run(use_cache=True)["default"]["train"]
    with open(out, "w") as file:
        file.writelines(f"{json.dumps(row['generation'])}\n" for row in answers)
