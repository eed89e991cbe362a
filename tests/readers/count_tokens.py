"""Counts the tokens of texts with tiktoken, whose ranks are read from a file instead of the network.

    count_tokens.py RANKS TEXTS

TEXTS is a JSON file with a list of texts. Characters that this Python's Unicode does not know are taken out first: its
tables are as old as tiktoken's or older, and what a newer Unicode calls a letter is none there. Prints the list of
what is left of each text and its count as JSON.
"""

import json
import sys
import unicodedata

import tiktoken
from tiktoken.load import load_tiktoken_bpe
from tiktoken_ext import openai_public

ranks, texts = sys.argv[1:]
openai_public.load_tiktoken_bpe = lambda _url, expected_hash: load_tiktoken_bpe(ranks, expected_hash)
encoding = tiktoken.Encoding(**openai_public.o200k_base())
with open(texts, encoding="utf-8") as file:
    known = ["".join(sign for sign in text if unicodedata.category(sign) != "Cn") for text in json.load(file)]
print(json.dumps([[text, len(encoding.encode(text, disallowed_special=()))] for text in known]))
