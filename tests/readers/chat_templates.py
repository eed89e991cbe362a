"""Chat templates of the TRL wheel, and what transformers makes of conversations with them.

chat_templates.py sources                 -> {name: source}
chat_templates.py render CONVERSATIONS    -> {name: [sha256 of the text, or the error]}
"""

import hashlib
import json
import sys
from importlib import resources

from transformers.utils.chat_template_utils import render_jinja_template

TOKENS = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"}


def sources():
    folder = resources.files("trl") / "chat_templates"
    files = [file for file in folder.iterdir() if file.name.endswith(".jinja")]
    return {file.name[: -len(".jinja")]: file.read_text("utf-8") for file in files}


def render(source, conversation):
    try:
        texts, _ = render_jinja_template(
            conversations=[conversation["messages"]],
            chat_template=source,
            add_generation_prompt=conversation["prompt"],
            **TOKENS,
            **conversation["kwargs"],
        )
    except Exception:  # a template raises what it likes
        return "error"
    return hashlib.sha256(texts[0].encode()).hexdigest()


if sys.argv[1] == "sources":
    print(json.dumps(sources()))
else:
    with open(sys.argv[2], encoding="utf-8") as file:
        conversations = json.load(file)
    print(json.dumps({name: [render(source, one) for one in conversations] for name, source in sources().items()}))
