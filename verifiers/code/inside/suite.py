# The tests of a problem: how they are read, which program they are about, and what of them is run.
import ast, asyncio, collections, importlib, importlib.util, math, types


class Missing(Exception):
    """The program does not define what the tests are about."""


class Unreadable(Exception):
    """The tests cannot be run, whatever the program."""


class Suite:
    def __init__(self, text, entry_point):
        tree = ast.parse(text)
        self.subject = subject_of(tree)
        self.classes = classes_of(tree)
        self.modules = imports_of(tree)
        self.code = compile(ast.fix_missing_locations(Tolerant().visit(tree)), 'tests.py', 'exec',
                            ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        self.wanted = names_of(self.code)
        self.entry = entry_point or self.subject

    def names(self):
        """What a program may be asked for. One that defines `sorted` or `math` must not get into the tests' own calculations."""
        named = {name for name in self.wanted if not hasattr(builtins, name) and name not in FORGOTTEN}
        return named | set(self.entry.replace('()', '').split('.')) | {'Solution'} - {''}

    def run(self, offered):
        namespace = {'__name__': 'tests', '__same__': same}
        namespace.update(offered)
        for module, names in self.modules:
            if not is_installed(module) and (module in ('solution', 'main', 'program') or names and names <= {*offered, '*'}):
                sys.modules[module] = types.ModuleType(module)
                sys.modules[module].__dict__.update(offered)
        import_forgotten(self.code, namespace)
        candidate = candidate_of(self.entry, offered)
        if self.entry and candidate is None:
            raise Missing(self.entry)
        if self.entry.isidentifier():
            namespace.setdefault(self.entry, candidate)
        namespace['candidate'] = candidate
        settle(eval(self.code, namespace))
        run_check(namespace.get('check'), candidate)
        run_tests(namespace)


class Tolerant(ast.NodeTransformer):
    """In assertions, decimals that differ by rounding noise are equal; everything else is compared as the tests say."""

    def visit_Assert(self, node):
        node.test = Equalities().visit(node.test)
        return self.generic_visit(node)


class Equalities(ast.NodeTransformer):
    def visit_UnaryOp(self, node):
        return node if isinstance(node.op, ast.Not) else self.generic_visit(node)

    def visit_Compare(self, node):
        self.generic_visit(node)
        if len(node.ops) > 1 or not isinstance(node.ops[0], ast.Eq):
            return node
        return ast.Call(ast.Name('__same__', ast.Load()), [node.left, *node.comparators], [])


def same(one, other):
    equal = one == other
    return near(one, other) if equal is False else equal


def near(one, other):
    if type(one) is not type(other):
        return False
    if type(one) is float:
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    if type(one) in (list, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is dict:
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return False


def candidate_of(entry, offered):
    """The function of that name, or the method of a class of which every call makes a new object."""
    if entry in offered:
        return offered[entry]
    owner, _, method = entry.rpartition('.')
    makes = owner.endswith('()') or not owner
    owner = owner.removesuffix('()') or 'Solution'
    if owner not in offered or not method:
        return None
    if owner == 'Solution' and isinstance(offered[owner], Remote):
        try:
            getattr(offered[owner], method)
        except AttributeError:
            return None
    return lambda *given, **named: getattr(offered[owner]() if makes else offered[owner], method)(*given, **named)


def subject_of(tree):
    """The function that the assertions are about when nobody says so: the one that each of them calls."""
    calls = [[node.func.id for node in ast.walk(check) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
             for check in ast.walk(tree) if isinstance(check, ast.Assert)]
    local = own_names(tree) | {'candidate'}
    shared = [name for name in calls[0] if name not in local and all(name in each for each in calls)] if calls else []
    own = [name for name in shared if not hasattr(builtins, name)]
    return next(iter([name for name in own if name not in FORGOTTEN] + own + shared), '')


def classes_of(tree):
    """Names that the tests call as one calls a class, and that are not their own."""
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return {name for name in called - own_names(tree) if name[:1].isupper() and name not in FORGOTTEN and not hasattr(builtins, name)}


def own_names(tree):
    """What the tests define, by whatever name."""
    defined = {node.name for node in ast.walk(tree) if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))}
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return defined | stored | {node.asname for node in ast.walk(tree) if isinstance(node, ast.alias) and node.asname}


def imports_of(tree):
    found = [(node.module or '', {each.name for each in node.names}) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return found + [(each.name, set()) for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]


def is_installed(module):
    try:
        return module in sys.modules or importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def settle(value):
    return asyncio.run(value) if isinstance(value, types.CoroutineType) else value


def run_check(check, candidate):
    """`check(candidate)` raises where the program is wrong, or returns `False`."""
    if not isinstance(check, types.FunctionType):
        return
    required = check.__code__.co_argcount - len(check.__defaults__ or ())
    if required > 1:
        raise Unreadable('check wants more than a candidate')
    if candidate is None and required:
        return
    verdict = settle(check(*[candidate][:check.__code__.co_argcount]))
    assert verdict is not False, 'check returned False'


def run_tests(namespace):
    """Test texts define unittest classes or `test…` functions and leave the call to us."""
    for name, value in list(namespace.items()):
        if isinstance(value, types.FunctionType) and name.startswith('test'):
            run_function(value, namespace)
        elif isinstance(value, type) and value.__module__ == 'tests':
            if hasattr(value, 'assertEqual'):
                run_test_case(value)
            elif name.startswith('Test'):
                run_class(value, namespace)


def run_function(function, namespace):
    for call in calls_of(function, namespace):
        before = sys.stdout, sys.stderr, sys.stdin, builtins.input, builtins.print
        try:
            settle(call())
        finally:
            sys.stdout, sys.stderr, sys.stdin, builtins.input, builtins.print = before


def run_class(kind, namespace):
    for name in [name for name in dir(kind) if name.startswith('test')]:
        each = kind()
        getattr(each, 'setup_method', lambda *_: None)(*[None][:getattr(kind, 'setup_method', run_class).__code__.co_argcount - 1])
        run_function(getattr(each, name), namespace)


def run_test_case(case):
    for test in unittest.defaultTestLoader.loadTestsFromTestCase(case):
        test.debug()


def use_own_rules():
    """unittest compares as assertions do, and leaves the running of tests to us."""
    global unittest
    import unittest
    unittest.main = lambda *_, **__: None
    strict = unittest.TestCase.assertEqual
    unittest.TestCase.assertEqual = lambda self, first, second, msg=None: same(first, second) is True or strict(self, first, second, msg)
