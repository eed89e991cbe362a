# As much of pytest as tests of datasets use; its own runner has no place here. What is not here is no verdict.
import contextlib, inspect, io, itertools, re as regular


class Approx:
    def __init__(self, wanted, rel=None, abs=None, nan_ok=False):
        self.wanted, self.rel, self.abs, self.nan_ok = wanted, 1e-6 if rel is None else rel, 1e-12 if abs is None else abs, nan_ok

    def __eq__(self, given):
        return self.close(given, self.wanted)

    def close(self, given, wanted):
        if isinstance(wanted, dict):
            return isinstance(given, dict) and given.keys() == wanted.keys() and all(self.close(given[key], wanted[key]) for key in wanted)
        if isinstance(wanted, (list, tuple)):
            return isinstance(given, (list, tuple)) and len(given) == len(wanted) and all(map(self.close, given, wanted))
        if given == wanted or self.nan_ok and given != given and wanted != wanted:
            return True
        numbers = all(type(each) in (int, float) for each in (given, wanted))
        return numbers and abs(given - wanted) <= max(self.rel * abs(wanted), self.abs)


@contextlib.contextmanager
def raising(expected, match):
    caught = types.SimpleNamespace(value=None, type=None)
    try:
        yield caught
    except expected as error:
        caught.value, caught.type = error, type(error)
        assert match is None or regular.search(match, str(error)), f'{error} does not match'
    else:
        raise AssertionError('nothing was raised')


def raises(expected, *call, match=None, **named):
    if not call:
        return raising(expected, match)
    with raising(expected, match) as caught:
        call[0](*call[1:], **named)
    return caught


class Marks:
    def __getattr__(self, name):
        if name in ('skip', 'skipif', 'xfail'):
            raise Unbridgeable(f'pytest.mark.{name}')
        return lambda *values, **named: values[0] if len(values) == 1 and callable(values[0]) else lambda function: function

    def parametrize(self, names, values, ids=None):
        def mark(function):
            names_of_row = [name.strip() for name in names.split(',')] if isinstance(names, str) else list(names)
            rows = [row if len(names_of_row) > 1 else (row,) for row in values]
            function.parameters = [*getattr(function, 'parameters', []), [dict(zip(names_of_row, row)) for row in rows]]
            return function
        return mark


def fixture(function=None, **_):
    def mark(each):
        each.is_fixture = True
        return each
    return mark if function is None else mark(function)


def failing(message='', *_, **__):
    raise AssertionError(message)


def no_more_of_pytest(name):
    raise Unbridgeable(f'pytest.{name}') if not name.startswith('__') else AttributeError(name)


class Captured:
    """The fixture `capsys`."""

    def __init__(self):
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()

    def readouterr(self):
        texts = sys.stdout.getvalue(), sys.stderr.getvalue()
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
        return collections.namedtuple('CaptureResult', 'out err')(*texts)


class Patches:
    """The fixture `monkeypatch`."""

    def setattr(self, target, name, value=None, raising=True):
        if isinstance(target, str):
            module, _, attribute = target.rpartition('.')
            target, name, value = importlib.import_module(module), attribute, name
        if not hasattr(target, name) or isinstance(target, Remote):
            raise Unbridgeable('monkeypatch')
        setattr(target, name, value)


def use_pytest_shim():
    module = types.ModuleType('pytest')
    module.__dict__.update(approx=Approx, raises=raises, mark=Marks(), fixture=fixture, fail=failing, param=lambda *row, **_: row,
                           main=lambda *_, **__: 0, __getattr__=no_more_of_pytest)
    sys.modules['pytest'] = module


def calls_of(function, namespace):
    """Every call that pytest would make of a test function: one for each row of its parameters, with its fixtures."""
    rows = [{key: value for row in chosen for key, value in row.items()}
            for chosen in itertools.product(*getattr(function, 'parameters', []))]
    needed = [name for name, each in inspect.signature(function).parameters.items() if each.default is each.empty and name != 'self']
    for row in rows:
        yield lambda row=row: function(**row, **{name: fixture_value(name, namespace) for name in needed if name not in row})


def fixture_value(name, namespace):
    own = namespace.get(name)
    if getattr(own, 'is_fixture', False):
        value = own(**{each: fixture_value(each, namespace) for each in inspect.signature(own).parameters})
        return next(value) if inspect.isgenerator(value) else value
    if name == 'capsys':
        return Captured()
    if name == 'monkeypatch':
        return Patches()
    raise Unbridgeable(f'the fixture {name}')
