"""What somebody writes by hand: the `openai` package for Python with so many requests in flight, answers appended to a
JSONL file. It checks, filters and pairs nothing.

    openai_loop.py URL PROMPTS FLIGHT OUT

PROMPTS is a JSON file with a list of texts.
"""

import asyncio
import json
import sys

from openai import AsyncOpenAI

url, prompts, flight, out = sys.argv[1:]


async def main():
    api = AsyncOpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, timeout=3600)
    with open(prompts, encoding="utf-8") as file:
        requests = iter([(at, text, thinks) for at, text in enumerate(json.load(file)) for thinks in (False, True)])
    with open(out, "a", encoding="utf-8") as answers:

        async def loop():
            for at, prompt, thinks in requests:
                answer = await api.chat.completions.create(
                    model="canned",
                    messages=[{"role": "user", "content": prompt}],
                    max_tokens=32768,
                    seed=2 * at + thinks,
                    extra_body={"chat_template_kwargs": {"enable_thinking": thinks}},
                )
                answers.write(json.dumps({"prompt": prompt, "thinks": thinks, "answer": answer.model_dump()}) + "\n")

        await asyncio.gather(*(loop() for _ in range(int(flight))))


asyncio.run(main())
