"""Loads the configurations of a dataset folder with the code of trainers, and prints what each of them would train on.

    load.py FOLDER WORK  -> [{trainer, config, rows, span} or {trainer, config, error}]
"""

import contextlib
import importlib.machinery
import json
import os
import sys
import traceback
import types
from glob import glob
from types import SimpleNamespace

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["WANDB_DISABLED"] = "true"
os.environ["AXOLOTL_DO_NOT_TRACK"] = "1"

import datasets
from students import model_for, tokenizer_of, trained

FAMILY = "qwen3"
folder, work = sys.argv[1:]
datasets.disable_progress_bars()
results = []


def rows_of(config):
    return datasets.load_dataset(folder, name=config, split="train", cache_dir=f"{work}/cache")


def record(trainer, config, load):
    try:
        with contextlib.redirect_stdout(sys.stderr):
            found = load(config)
        results.append({"trainer": trainer, "config": config, **found})
    except Exception as error:  # whatever a trainer raises is what its user would see
        traceback.print_exc()
        text = f"{type(error).__name__}: {error}".split("\n")[0][:200]
        results.append({"trainer": trainer, "config": config, "error": text})


def common(**more):
    return {"output_dir": f"{work}/out", "use_cpu": True, "bf16": False, "report_to": [], "max_steps": 1, **more}


def sft(assistant_only):
    from trl import SFTConfig, SFTTrainer

    def load(config):
        tokenizer = tokenizer_of(FAMILY)
        args = SFTConfig(**common(max_length=None, assistant_only_loss=assistant_only, per_device_train_batch_size=2))
        trainer = SFTTrainer(model_for(tokenizer), args, train_dataset=rows_of(config), processing_class=tokenizer)
        trainer.train()
        first = trainer.train_dataset[0]
        return {"rows": len(trainer.train_dataset), "span": trained(tokenizer, first["input_ids"], first["labels"])}

    return load


def dpo(config):
    from trl import DPOConfig, DPOTrainer

    tokenizer = tokenizer_of(FAMILY)
    args = DPOConfig(**common(max_length=None, per_device_train_batch_size=2))
    trainer = DPOTrainer(
        model_for(tokenizer), model_for(tokenizer), args, train_dataset=rows_of(config), processing_class=tokenizer
    )
    trainer.train()
    first = trainer.train_dataset[0]
    sides = [tokenizer.decode(first[f"{side}_ids"]) for side in ("chosen", "rejected")]
    return {"rows": len(trainer.train_dataset), "span": " <> ".join(sides)}


def kto(config):
    from trl import KTOConfig, KTOTrainer

    tokenizer = tokenizer_of(FAMILY)
    args = KTOConfig(**common(per_device_train_batch_size=2))
    model = model_for(tokenizer)
    trainer = KTOTrainer(model, ref_model=model_for(tokenizer), args=args, train_dataset=rows_of(config), processing_class=tokenizer)
    first = trainer.train_dataset[0]
    name = next(name for name in ("completion_ids", "completion_input_ids", "answer_input_ids") if name in first)
    return {"rows": len(trainer.train_dataset), "span": tokenizer.decode(first[name])}


def grpo(config):
    from trl import GRPOConfig, GRPOTrainer

    seen = []

    def reward(prompts, completions, answer, pass_rate, **_):
        seen.append([prompts[0], answer[0], pass_rate[0]])
        return [0.0 for _ in completions]

    tokenizer = tokenizer_of(FAMILY)
    args = GRPOConfig(**common(max_completion_length=2, num_generations=2, per_device_train_batch_size=2))
    trainer = GRPOTrainer(model_for(tokenizer), reward, args=args, train_dataset=rows_of(config), processing_class=tokenizer)
    trainer.train()
    return {"rows": len(trainer.train_dataset), "span": json.dumps(seen[0])}


def verl(config):
    from omegaconf import OmegaConf
    from verl.utils.dataset.rl_dataset import RLHFDataset, collate_fn

    options = OmegaConf.create({"cache_dir": f"{work}/verl", "max_prompt_length": 4096, "filter_overlong_prompts_workers": 1})
    files = sorted(glob(f"{folder}/data/{config}/train-*.parquet"))
    dataset = RLHFDataset(files, tokenizer_of(FAMILY), options)
    batch = collate_fn([dataset[index] for index in range(len(dataset))])
    first = dataset[0]
    return {"rows": len(batch["index"]), "span": json.dumps([first["raw_prompt"], first["reward_model"], first["data_source"]])}


def without_sound():
    """LLaMA-Factory's reader of sound imports a library that rows of text have no use for."""
    sound = types.ModuleType("torchaudio")
    sound.__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
    sys.modules.setdefault("torchaudio", sound)


def llama_factory(formatting, **columns):
    without_sound()
    from llamafactory.data.converter import get_dataset_converter
    from llamafactory.data.parser import DatasetAttr
    from llamafactory.data.processor.supervised import SupervisedDatasetProcessor
    from llamafactory.data.template import TEMPLATES

    def load(config):
        attributes = DatasetAttr("file", config)
        names = ["from", "value", "human", "gpt"] if formatting == "sharegpt" else ["role", "content", "user", "assistant"]
        tags = dict(zip(["role_tag", "content_tag", "user_tag", "assistant_tag"], names), system_tag="system")
        attributes.join({"formatting": formatting, "columns": columns, "tags": tags})
        args = SimpleNamespace(media_dir="", cutoff_len=4096, mask_history=False, train_on_prompt=False)
        convert = get_dataset_converter(formatting, attributes, args)
        tokenizer = tokenizer_of(FAMILY)
        processor = SupervisedDatasetProcessor(TEMPLATES["qwen3"], tokenizer, None, args)
        rows = [convert(row) for row in rows_of(config)]
        whole = [row for row in rows if len(row["_response"]) == 1]
        first = whole[0]
        ids, labels = processor._encode_data_example(first["_prompt"], first["_response"], first["_system"], first["_tools"], [], [], [])
        return {"rows": len(whole), "span": trained(tokenizer, ids, labels)}

    return load


def llama_factory_ranking(config):
    without_sound()
    from llamafactory.data.converter import get_dataset_converter
    from llamafactory.data.parser import DatasetAttr
    from llamafactory.data.processor.pairwise import PairwiseDatasetProcessor
    from llamafactory.data.template import TEMPLATES

    attributes = DatasetAttr("file", config)
    columns = {"messages": "prompt", "chosen": "chosen", "rejected": "rejected"}
    tags = dict(role_tag="role", content_tag="content", user_tag="user", assistant_tag="assistant", system_tag="system")
    attributes.join({"formatting": "openai", "ranking": True, "columns": columns, "tags": tags})
    args = SimpleNamespace(media_dir="", cutoff_len=4096, mask_history=False, train_on_prompt=False)
    convert = get_dataset_converter("openai", attributes, args)
    tokenizer = tokenizer_of(FAMILY)
    processor = PairwiseDatasetProcessor(TEMPLATES["qwen3"], tokenizer, None, args)
    rows = [convert(row) for row in rows_of(config)]
    whole = [row for row in rows if len(row["_response"]) == 2]
    first = whole[0]
    encoded = processor._encode_data_example(first["_prompt"], first["_response"], first["_system"], first["_tools"], [], [], [])
    sides = [trained(tokenizer, *encoded[at : at + 2]) for at in (0, 2)]
    return {"rows": len(whole), "span": " <> ".join(sides)}


def verl_sft(config, family="qwen3_instruct_2507", **changes):
    from omegaconf import OmegaConf

    # It imports the code of a vision model that wants an older transformers, and uses it for pictures only.
    vision = types.ModuleType("verl.models.transformers.qwen2_vl")
    vision.get_rope_index = None
    sys.modules.setdefault(vision.__name__, vision)
    from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset

    tokenizer = tokenizer_of(family)
    files = sorted(glob(f"{folder}/data/{config}/train-*.parquet"))
    options = OmegaConf.create({"pad_mode": "no_padding", "max_length": 8192, "messages_key": "messages", **changes})
    dataset = MultiTurnSFTDataset(files, tokenizer, options)
    rows = [dataset[index] for index in range(len(dataset))]
    ids, mask = rows[0]["input_ids"].tolist(), rows[0]["loss_mask"].tolist()
    return {"rows": len(rows), "span": tokenizer.decode([token for token, is_trained in zip(ids, mask) if is_trained])}


def axolotl(config):
    from axolotl.prompt_strategies.chat_template import ChatTemplatePrompter, ChatTemplateStrategy

    tokenizer = tokenizer_of(FAMILY)
    prompter = ChatTemplatePrompter(tokenizer, tokenizer.chat_template, max_length=4096)
    strategy = ChatTemplateStrategy(prompter, tokenizer, train_on_inputs=False, sequence_len=4096, roles_to_train=["assistant"], train_on_eos="turn")
    rows = [strategy.tokenize_prompt(row) for row in rows_of(config)]
    first = rows[0]
    return {"rows": len(rows), "span": trained(tokenizer, first["input_ids"], first["labels"])}


for config in ["reasoning", "ift", "sft-inline", "sft-reasoning-content", "mix-50", "mix-system", "curriculum", "journey"]:
    record("TRL SFT, assistant_only_loss", config, sft(True))
for config in ["sft-split-inline", "sft-split-reasoning-content", "sft-text", "sft-plain", "mix-split", "harmony"]:
    record("TRL SFT, prompt and completion", config, sft(False))
for config in ["preference-shortest-longest", "preference-correct-incorrect", "preference-counter", "preference-strong-weak", "preference-fields"]:
    record("TRL DPO", config, dpo)
for config in ["labelled", "labelled-fields"]:
    record("TRL KTO", config, kto)
record("TRL GRPO", "rl", grpo)
record("verl RLHFDataset", "rl", verl)
for config in ["reasoning", "ift", "sft-inline", "mix-50", "mix-system", "journey"]:
    record("LLaMA-Factory openai", config, llama_factory("openai", messages="messages"))
record("LLaMA-Factory sharegpt", "sharegpt", llama_factory("sharegpt", messages="conversations", system="system"))
record("LLaMA-Factory ranking", "preference-single", llama_factory_ranking)
for config in ["reasoning", "ift", "sft-inline", "mix-50", "mix-system", "curriculum", "journey"]:
    record("verl SFT", config, verl_sft)
record("verl with the template of Qwen3", "reasoning", lambda config: verl_sft(config, FAMILY))
record("verl with it and ignore_input_ids_mismatch", "reasoning", lambda config: verl_sft(config, FAMILY, ignore_input_ids_mismatch=True))
for config in ["reasoning", "ift", "sft-inline", "sft-reasoning-content", "mix-50", "mix-system", "curriculum", "journey"]:
    record("axolotl chat_template", config, axolotl)
print(json.dumps(results))
