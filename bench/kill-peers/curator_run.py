"""Asks every prompt once with bespokelabs-curator. Its cache is on, which is its way of going on: the same call is made again."""

import importlib.util
import json
import os
import sys

# The vocabulary that it counts tokens with is loaded from the network, unless the copy that litellm brings is named.
litellm = os.path.dirname(importlib.util.find_spec("litellm").origin)
for place in ("litellm_core_utils/tokenizers", "llms/tokenizers"):
    if os.path.isdir(os.path.join(litellm, place)):
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", os.path.join(litellm, place))

from bespokelabs import curator


class Ask(curator.LLM):
    def prompt(self, row):
        return row["prompt"]

    def parse(self, row, response):
        return [{"answer": response}]


if __name__ == "__main__":
    url, prompts, flight, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    with open(prompts) as file:
        data = [{"prompt": prompt} for prompt in json.load(file)]
    ask = Ask(
        model_name="canned",
        backend="openai",
        backend_params={
            "base_url": url,
            "max_concurrent_requests": flight,
            "max_requests_per_minute": 1_000_000,
            "max_tokens_per_minute": 1_000_000_000,
            "request_timeout": 600,
        },
    )
    answers = ask(data).dataset
    with open(out, "w") as file:
        file.writelines(f"{json.dumps(row['answer'])}\n" for row in answers)
