# Plain values as JSON, for the two ends of the wire. Only exact built-in types are plain: what a subclass or an object
# of the program's own says of itself (`__eq__`, `__len__`, ...) never travels, so it cannot decide a comparison.
import datetime, decimal, fractions, json, sys
from collections import Counter, OrderedDict, defaultdict, deque

if hasattr(sys, 'set_int_max_str_digits'):
    sys.set_int_max_str_digits(0)

SEQUENCES = {'tuple': tuple, 'set': set, 'frozenset': frozenset, 'deque': deque}
MAPPINGS = {'dict': dict, 'OrderedDict': OrderedDict, 'Counter': Counter}
TEXTS = {'Decimal': decimal.Decimal, 'Fraction': fractions.Fraction}
ISO = {'date': datetime.date, 'datetime': datetime.datetime, 'time': datetime.time}
TAG_OF = {cls: tag for table in (SEQUENCES, MAPPINGS, TEXTS, ISO) for tag, cls in table.items()}


def encode(value, opaque):
    """`value` as something `json` can write; `opaque(value)` gives the form of what is not plain."""
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is list:
        return [encode(item, opaque) for item in value]
    if kind is defaultdict:
        kind = dict
    tag = TAG_OF.get(kind)
    if tag in SEQUENCES:
        return {'t': tag, 'v': [encode(item, opaque) for item in value]}
    if tag in MAPPINGS:
        return {'t': tag, 'v': [[encode(key, opaque), encode(item, opaque)] for key, item in value.items()]}
    if tag in TEXTS:
        return {'t': tag, 'v': str(value)}
    if tag in ISO:
        return {'t': tag, 'v': value.isoformat()}
    if kind is datetime.timedelta:
        return {'t': 'timedelta', 'v': [value.days, value.seconds, value.microseconds]}
    if kind is bytes or kind is bytearray:
        return {'t': kind.__name__, 'v': value.hex()}
    if kind is complex:
        return {'t': 'complex', 'v': [value.real, value.imag]}
    if kind is range:
        return {'t': 'range', 'v': [value.start, value.stop, value.step]}
    if kind.__module__ == 'numpy' and kind.__name__ == 'ndarray':
        return {'t': 'ndarray', 'v': [str(value.dtype), encode(value.tolist(), opaque)]}
    if kind.__module__ == 'numpy' and hasattr(value, 'item'):
        return encode(value.item(), opaque)
    return opaque(value)


def decode(form, special):
    """The value of a form; `special(form)` gives the value of what is not plain."""
    if type(form) is list:
        return [decode(item, special) for item in form]
    if type(form) is not dict:
        return form
    tag, inner = form['t'], form.get('v')
    if tag in SEQUENCES:
        return SEQUENCES[tag]([decode(item, special) for item in inner])
    if tag in MAPPINGS:
        return MAPPINGS[tag]({decode(key, special): decode(item, special) for key, item in inner})
    if tag in TEXTS:
        return TEXTS[tag](inner)
    if tag in ISO:
        return ISO[tag].fromisoformat(inner)
    if tag == 'timedelta':
        return datetime.timedelta(*inner)
    if tag == 'bytes' or tag == 'bytearray':
        return (bytes if tag == 'bytes' else bytearray).fromhex(inner)
    if tag == 'complex':
        return complex(*inner)
    if tag == 'range':
        return range(*inner)
    if tag == 'ndarray':
        import numpy
        return numpy.array(decode(inner[1], special), dtype=inner[0])
    return special(form)


# The imports that tests and programs forget, by the name that they use.
FORGOTTEN = {name: (name, None) for name in (
    'abc array bisect cmath collections copy datetime decimal enum fractions functools hashlib heapq io itertools json '
    'math operator os random re statistics string struct sys textwrap time typing unittest').split()}
for module, members in {
    'typing': 'Any Callable Deque Dict FrozenSet Generator Iterable Iterator List Mapping Optional Sequence Set Tuple '
              'Type TypeVar Union',
    'collections': 'ChainMap Counter OrderedDict defaultdict deque namedtuple',
    'functools': 'cache cmp_to_key lru_cache partial reduce wraps',
    'itertools': 'accumulate chain combinations combinations_with_replacement count cycle groupby islice permutations '
                 'product repeat starmap takewhile zip_longest',
    'math': 'ceil comb factorial floor gcd inf isqrt log2 sqrt',
    'heapq': 'heapify heappop heappush nlargest nsmallest',
    'bisect': 'bisect_left bisect_right insort',
    'dataclasses': 'dataclass field',
    'decimal': 'Decimal',
    'fractions': 'Fraction',
    'enum': 'Enum',
    'abc': 'ABC abstractmethod',
    'string': 'ascii_letters ascii_lowercase ascii_uppercase digits',
    'copy': 'deepcopy',
}.items():
    FORGOTTEN.update({member: (module, member) for member in members.split()})
FORGOTTEN.update({'np': ('numpy', None), 'numpy': ('numpy', None), 'pd': ('pandas', None), 'pytest': ('pytest', None)})


def import_forgotten(code, namespace):
    """Imports what the code uses by a well-known name and does not have; a name that the code assigns wins anyway."""
    import builtins, importlib
    for name in names_of(code):
        if name not in FORGOTTEN or name in namespace or hasattr(builtins, name):
            continue
        module, member = FORGOTTEN[name]
        try:
            found = importlib.import_module(module)
        except ImportError:
            continue
        namespace[name] = getattr(found, member) if member else found


def names_of(code):
    """All global and attribute names that a code object and those inside it use."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if hasattr(constant, 'co_names'):
            names |= names_of(constant)
    return names


def write_line(stream, message):
    stream.write(json.dumps(message).encode() + b'\n')
    stream.flush()
