"""Digests of columns that are the same in every language: see canonical.ts, which does the same."""

import hashlib
import json
import struct
from datetime import datetime, timezone


def canonical(value):
    """Numbers as the bits of a double, so that no language's number format matters; everything else as JSON has it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        return {"i": str(value)}
    if isinstance(value, (int, float)):
        return {"n": struct.pack(">d", float(value) + 0.0).hex()}
    if isinstance(value, (bytes, bytearray)):
        return {"b": bytes(value).hex()}
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return {"d": str(round(aware.timestamp() * 1000))}
    if isinstance(value, dict):
        return {name: canonical(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(element) for element in value]
    raise TypeError(f"no canonical form for {type(value)}")


class ColumnDigests:
    """One running sha256 for each column over the JSON texts of its values, a line each."""

    def __init__(self):
        self.rows = 0
        self.columns = {}

    def add(self, row):
        self.rows += 1
        for name, value in row.items():
            text = json.dumps(canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            digest = self.columns.setdefault(name, hashlib.sha256())
            digest.update(text.encode("utf-8") + b"\n")

    def result(self):
        return {"rows": self.rows, "columns": {name: digest.hexdigest() for name, digest in self.columns.items()}}
