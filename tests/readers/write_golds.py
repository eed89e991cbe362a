"""Writes problem files whose answers are decimals, numbers and times with pyarrow, and prints for each the digest of the
texts that the file holds, as JSON.

    write_golds.py FOLDER
"""

import hashlib
import json
import random
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal, getcontext

import pyarrow as pa
import pyarrow.parquet as pq

getcontext().prec = 100
ROWS = 10_000


def decimals(precision, scale, seed):
    """Small ones, large ones, negative ones and those with zeros at the end."""
    chance = random.Random(seed)
    for index in range(ROWS):
        digits = chance.randint(1, precision)
        unscaled = index if index < 1000 else chance.randrange(10**digits) * chance.choice([1, -1])
        yield Decimal(min(unscaled, 10**precision - 1)).scaleb(-scale)


def plain(number):
    return f"{number:f}"


def decimal_files():
    for scale in range(39):
        yield f"fixed-38-{scale}", pa.decimal128(38, scale), list(decimals(38, scale, scale)), {}
    for precision, scales in [(9, range(10)), (18, range(19))]:
        for scale in scales:
            values = list(decimals(precision, scale, scale))
            yield f"whole-{precision}-{scale}", pa.decimal128(precision, scale), values, {"store_decimal_as_integer": True}
    for scale in (0, 20, 76):
        yield f"fixed-76-{scale}", pa.decimal256(76, scale), list(decimals(76, scale, scale)), {"use_dictionary": False}


def other_files():
    chance = random.Random(7)
    whole = [chance.randrange(-(2**63), 2**63) for _ in range(ROWS)]
    yield "int64", pa.int64(), whole, [str(value) for value in whole]
    whole = [chance.randrange(2**64) for _ in range(ROWS)]
    yield "uint64", pa.uint64(), whole, [str(value) for value in whole]
    tenths = [index / 10 for index in range(ROWS)]
    short = [f"{value:g}" if value % 1 else str(int(value)) for value in tenths]
    yield "float32", pa.float32(), tenths, short
    yield "float64", pa.float64(), tenths, short
    days = [date(1900, 1, 1) + timedelta(days=index * 9) for index in range(ROWS)]
    yield "date", pa.date32(), days, [day.isoformat() for day in days]
    for unit, digits in [("ms", 3), ("us", 6), ("ns", 9)]:
        parts = [(index % 24, index % 60, index * 7 % 60, index % 1000) for index in range(ROWS)]
        texts = [f"{h:02}:{m:02}:{s:02}" + (f".{f:0{digits}}" if f else "") for h, m, s, f in parts]
        raw = [((h * 60 + m) * 60 + s) * 10**digits + f for h, m, s, f in parts]
        kind = pa.time32(unit) if unit == "ms" else pa.time64(unit)
        yield f"time-{unit}", kind, pa.array(raw, pa.int32() if unit == "ms" else pa.int64()).cast(kind), texts
        stamps = pa.array([value + 10**digits * 86_400 * 19_000 for value in raw], pa.int64())
        yield f"timestamp-{unit}", None, stamps.cast(pa.timestamp(unit)), [f"2022-01-08T{text}" for text in texts]
        yield f"timestamp-{unit}-utc", None, stamps.cast(pa.timestamp(unit, "UTC")), [f"2022-01-08T{t}Z" for t in texts]


def write(folder, name, answers, options):
    prompts = pa.array([f"What is number {index} of {name}?" for index in range(len(answers))])
    pq.write_table(pa.table({"problem": prompts, "answer": answers}), f"{folder}/{name}.parquet", **options)


def write_texts(folder, name, texts):
    with open(f"{folder}/{name}.jsonl", "w") as lines, open(f"{folder}/{name}.csv", "w") as records:
        records.write("problem,answer\n")
        for index, text in enumerate(texts):
            lines.write(f'{{"problem": "What is number {index}?", "answer": {text}}}\n')
            records.write(f"What is number {index}?,{text}\n")


def digest(texts):
    return hashlib.sha256("".join(f"{text}\n" for text in texts).encode()).hexdigest()


def main(folder):
    result = {}
    for name, kind, values, options in decimal_files():
        write(folder, name, pa.array(values, kind), options)
        result[f"{name}.parquet"] = digest(map(plain, values))
        if name.startswith("fixed-38"):
            write_texts(folder, name, [plain(value) for value in values])
            result[f"{name}.jsonl"] = result[f"{name}.csv"] = result[f"{name}.parquet"]
    for name, kind, values, texts in other_files():
        write(folder, name, values if kind is None else pa.array(values, kind), {})
        result[f"{name}.parquet"] = digest(texts)
    stamps = pa.array([datetime(2026, 5, 1, 12, 30, 1, 5000)], pa.timestamp("ns"))
    write(folder, "int96", stamps, {"use_deprecated_int96_timestamps": True})
    result["int96.parquet"] = digest(["2026-05-01T12:30:01.005000000"])
    print(json.dumps(result))


main(*sys.argv[1:])
