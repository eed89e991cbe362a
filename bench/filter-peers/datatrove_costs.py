"""CPU seconds of datatrove's own functions over texts: one JSON object on stdout. Files and folders are left out."""

import json
import sys
import time
from types import SimpleNamespace

from datatrove.data import Document
from datatrove.pipeline.decont.n_grams import NGramsDecontConfig, NGramsDecontFilter, NGramsDecontIndexer
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
from datatrove.pipeline.filters import GopherRepetitionFilter
from datatrove.utils.text import split_into_words


def cost(function, texts, rounds):
    """Least CPU seconds of a round, after one that does not count. Every text is new to caches of five."""
    best = None
    for index in range(rounds + 1):
        before = time.process_time()
        for text in texts:
            function(text)
        took = time.process_time() - before
        if index > 0 and (best is None or took < best):
            best = took
    return best


def main():
    texts_path, items_path, scratch, rounds = sys.argv[1:5]
    texts = [json.loads(line)["text"] for line in open(texts_path, encoding="utf-8")]
    items = [json.loads(line)["problem"] for line in open(items_path, encoding="utf-8")]

    gopher = GopherRepetitionFilter()
    signature = MinhashDedupSignature(scratch, MinhashConfig())
    config = NGramsDecontConfig(find_query_ngrams=True)
    # The indexer asks for a package of benchmarks that only its own loading needs.
    decontaminate = NGramsDecontFilter(scratch, config)
    indexer = SimpleNamespace(
        config=config, tokenizer=decontaminate.tokenizer, hash_func=decontaminate.hash_func
    )
    decontaminate._index_hashes = {
        key: "made" for item in items for key in NGramsDecontIndexer.compute_hashes(indexer, "", item)
    }

    dropped = sum(gopher.filter(Document(text=text, id="0")) is not True for text in texts)
    rounds = int(rounds)
    result = {
        "dropped": dropped,
        "repetition": cost(lambda text: gopher.filter(Document(text=text, id="0")), texts, rounds),
        "words": cost(split_into_words, texts, rounds),
        "minhash": cost(
            lambda text: signature.get_signature(signature.get_shingles(text)), texts, rounds
        ),
        "decontamination": cost(
            lambda text: decontaminate.filter(Document(text=text, id="0")), texts, rounds
        ),
    }
    json.dump(result, sys.stdout)


main()
