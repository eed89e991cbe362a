"""Counts the tokens of texts with Hugging Face's tokenizers and the tokenizer.json that a package brings along.

    count_supplied.py PACKAGE TEXTS

TEXTS is a JSON file with a list of texts. Prints the path of the tokenizer.json and the list of counts as JSON.
"""

import importlib.util
import json
import pathlib
import sys

from tokenizers import Tokenizer

package, texts = sys.argv[1:]
# Found and not imported: its own code would load a library that is not needed.
path = pathlib.Path(importlib.util.find_spec(package).origin).parent / "tokenizer.json"
tokenizer = Tokenizer.from_file(str(path))
with open(texts, encoding="utf-8") as file:
    counts = [len(tokenizer.encode(text, add_special_tokens=False).ids) for text in json.load(file)]
print(json.dumps([str(path), counts]))
