"""Asks every prompt once with data-designer. It goes on by `resume`, from the last whole batch of `buffer_size` records."""

import json
import os
import sys

import data_designer.config as dd
import pandas as pd
from data_designer.interface import DataDesigner, ResumeMode

if __name__ == "__main__":
    url, prompts, flight, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    buffer_size = int(sys.argv[5])
    folder = os.path.dirname(os.path.abspath(out))
    with open(prompts) as file:
        data = json.load(file)
    seed = os.path.join(folder, "seed.parquet")
    if not os.path.exists(seed):
        pd.DataFrame({"prompt": data}).to_parquet(seed)
    designer = DataDesigner(
        artifact_path=os.path.join(folder, "artifacts"),
        model_providers=[dd.ModelProvider(name="loopback", endpoint=url, api_key="none")],
    )
    designer.set_run_config(dd.RunConfig(buffer_size=buffer_size))
    model = dd.ModelConfig(
        alias="teacher",
        model="canned",
        provider="loopback",
        skip_health_check=True,
        inference_parameters=dd.ChatCompletionInferenceParams(max_parallel_requests=flight, timeout=600),
    )
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])
    builder.with_seed_dataset(dd.LocalFileSeedSource(path=seed))
    builder.add_column(dd.LLMTextColumnConfig(name="answer", prompt="{{ prompt }}", model_alias="teacher"))
    results = designer.create(
        builder, num_records=len(data), dataset_name="answers", resume=ResumeMode.IF_POSSIBLE
    )
    with open(out, "w") as file:
        file.writelines(f"{json.dumps(answer)}\n" for answer in results.load_dataset()["answer"])
