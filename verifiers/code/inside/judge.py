# Runs the tests against a program that lives in another sandbox. The program's functions and objects are proxies here;
# their results arrive as plain data, so the assertions of the tests work on values the program has no hold on.
import ast, builtins, os, types


class Gone(BaseException):
    """The program's process ended."""


class Unbridgeable(BaseException):
    """The tests want something that has no meaning across the wire: no verdict either way."""


class Missing(Exception):
    """The program does not define what the tests are about."""


def main():
    result, wire_in, wire_out = os.fdopen(3, 'wb'), os.fdopen(os.dup(0), 'rb'), os.fdopen(os.dup(1), 'wb')
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    task = json.loads(wire_in.readline())
    # Proxies may be called from the tests' own comparisons at any depth.
    sys.setrecursionlimit(20_000)
    state = {'undecided': False, 'gone': False, 'asked': 0}
    verdict, reason, message = judge(task, wire_in, wire_out, state)
    if verdict != 'gold_unparseable' and state['gone']:
        verdict, reason = 'incorrect', 'crashed'
    elif verdict != 'gold_unparseable' and state['undecided']:
        verdict, reason = 'undecided', 'tests_need_the_same_process'
    write_line(result, {'nonce': task['nonce'], 'verdict': verdict, 'reason': reason, 'message': message[:2_000]})


def judge(task, wire_in, wire_out, state):
    try:
        tree = ast.parse(task['tests'])
        code = compile(tree, 'tests.py', 'exec')
    except (SyntaxError, ValueError) as error:
        return 'gold_unparseable', 'tests_unreadable', str(error)
    line = wire_in.readline()
    if not line:
        state['gone'] = True
        return 'incorrect', 'crashed', ''
    try:
        loaded = json.loads(line)
        loaded['names'] if 'failed' not in loaded else (loaded['failed'], loaded['message'])
    except (ValueError, KeyError, TypeError):
        # The program wrote into its own channel; what it says there is worth nothing.
        return 'incorrect', 'crashed', 'the program wrote over its own answers'
    if 'failed' in loaded:
        return 'incorrect', str(loaded['failed']), str(loaded['message'])
    wanted = names_of(code)
    offer = connect(wire_in, wire_out, wanted, state)
    entry = task['entry_point'] or subject_of(tree)
    namespace = {'__name__': 'tests'}
    try:
        # A program that defines `sorted` or `math` must not get into the tests' own calculations with it.
        offered = {name: offer(name, form) for name, form in loaded['names'].items()
                   if name == entry or name in wanted and not hasattr(builtins, name) and name not in FORGOTTEN}
        namespace.update(offered)
        import_forgotten(code, namespace)
        if entry and entry not in offered:
            raise Missing(entry)
        namespace['candidate'] = offered.get(entry)
        exec(code, namespace)
        run_defined_tests(namespace)
    except BaseException as error:
        return why(error, subject_of(tree))
    return ('correct', '', '') if state['asked'] else ('gold_unparseable', 'tests_ask_nothing', '')


def subject_of(tree):
    """The function that the assertions are about when nobody says so: the one that each of them calls."""
    calls = [[node.func.id for node in ast.walk(check) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
             for check in ast.walk(tree) if isinstance(check, ast.Assert)]
    shared = [name for name in calls[0] if name != 'candidate' and all(name in each for each in calls)] if calls else []
    own = [name for name in shared if not hasattr(builtins, name)]
    return next(iter([name for name in own if name not in FORGOTTEN] + own + shared), '')


def why(error, subject):
    if isinstance(error, Gone):
        return 'incorrect', 'crashed', ''
    if isinstance(error, Unbridgeable):
        return 'undecided', 'tests_need_the_same_process', str(error)
    if getattr(error, 'from_program', False):
        return 'incorrect', 'memory_limit' if isinstance(error, MemoryError) else 'runtime_error', repr(error)
    unknown = getattr(error, 'name', '') if isinstance(error, NameError) else ''
    if isinstance(error, Missing) or unknown and unknown == subject:
        return 'incorrect', 'no_entry_point', str(error)
    if unknown and unknown not in FORGOTTEN:
        # The program has what it was asked for; the tests want more than they say.
        return 'undecided', 'tests_need_the_same_process', str(error)
    if isinstance(error, (ImportError, NameError)):
        return 'gold_unparseable', 'tests_unreadable', str(error)
    return 'incorrect', 'wrong_answer', repr(error)


def run_defined_tests(namespace):
    """Test texts may define a `check` function, unittest classes or `test_...` functions and leave the call to us."""
    check = namespace.get('check')
    if isinstance(check, types.FunctionType) and namespace['candidate'] is not None:
        check(*[namespace['candidate']][:check.__code__.co_argcount])
    for name, value in list(namespace.items()):
        if isinstance(value, types.FunctionType) and name.startswith('test') and not value.__code__.co_argcount:
            value()
        elif isinstance(value, type) and hasattr(value, 'assertEqual') and value.__module__ == 'tests':
            run_test_case(value)


def run_test_case(case):
    import unittest
    for test in unittest.defaultTestLoader.loadTestsFromTestCase(case):
        test.debug()


class Remote:
    """Stands for a function, class or object of the program."""

    def __init__(self, ask, address, form):
        self.__dict__.update(_ask=ask, _address=address, _form=form)

    def __eq__(self, other):
        if isinstance(other, Remote) and other._address == self._address:
            return True
        if self._form.get('identity'):
            return False
        return self._ask('__eq__', self, (other,), {})

    def __ne__(self, other):
        return not self == other


# An object's operators are believed only where the tests name its class, for then they are what is tested. Otherwise
# an object that claims to be equal to everything would be a right answer to anything.
ANSWERS = ('call getattr setattr len iter next reversed str repr hash bool int float getitem setitem delitem enter exit '
           'instancecheck').split()
OPERATORS = ('lt le ge gt add sub mul truediv floordiv mod pow matmul and or xor lshift rshift neg pos invert abs '
             'contains radd rsub rmul rtruediv rfloordiv rmod rpow rand ror rxor').split()


def forward(operation):
    return lambda self, *arguments, **named: self._ask(operation, self, arguments, named)


for _name in ANSWERS + OPERATORS:
    setattr(Remote, f'__{_name}__', forward(f'__{_name}__'))


def connect(wire_in, wire_out, wanted, state):
    exceptions = {}
    functions = []

    def ask(operation, target, arguments, named):
        believed = operation[2:-2] in ANSWERS or any(name in wanted for name in target._form.get('c', ()))
        if not believed:
            fail(f'{operation} of an object of the program')
        request = {'do': operation, **target._address, 'args': [encode(each, opaque) for each in arguments],
                   'kwargs': {key: encode(each, opaque) for key, each in named.items()}}
        state['asked'] += 1
        send(request)
        while True:
            reply = receive()
            if 'callback' not in reply:
                return settle(reply, arguments)
            send(call_back(reply))

    def settle(reply, arguments):
        if 'raise' in reply:
            error = exception_class(reply['raise'])(reply['message'])
            error.from_program = True
            raise error
        for argument, form in zip(arguments, reply.get('args', ())):
            write_back(argument, form)
        return decode(reply['value'], special)

    def write_back(argument, form):
        if type(argument) in (list, bytearray):
            argument[:] = decode(form, special)
        elif type(argument) in (dict, set):
            changed = decode(form, special)
            argument.clear()
            argument.update(changed)

    def call_back(reply):
        try:
            return {'value': encode(functions[reply['callback']](*[decode(each, special) for each in reply['args']]), opaque)}
        except Exception as error:
            return {'raise': type(error).__name__, 'message': str(error)}

    def send(message):
        try:
            write_line(wire_out, message)
        except OSError:
            lose()

    def receive():
        line = wire_in.readline()
        if not line.endswith(b'\n'):
            lose()
        return json.loads(line)

    def lose():
        state['gone'] = True
        raise Gone()

    def fail(what):
        state['undecided'] = True
        raise Unbridgeable(what)

    def opaque(value):
        if isinstance(value, Remote):
            name = value._address.get('name')
            return {'t': 'name', 'v': name} if name else {'t': 'ref', 'v': value._address['handle']}
        if getattr(builtins, getattr(value, '__name__', ''), None) is value:
            return {'t': 'builtin', 'v': value.__name__}
        if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
            functions.append(value)
            return {'t': 'function', 'v': len(functions) - 1}
        return fail(f'an argument of type {type(value).__name__}')

    def special(form):
        if form['t'] == 'ref':
            tested = any(name in wanted for name in form['c'])
            if 'plain' in form and not tested:
                return decode(form['plain'], special)
            return Remote(ask, {'handle': form['v']}, form)
        if form['t'] == 'exception':
            return exception_class(form)
        raise ValueError(form)

    def exception_class(form):
        name, base = form['v'], getattr(builtins, form['base'], None)
        if not isinstance(base, type) or not issubclass(base, BaseException):
            base = Exception
        if name == base.__name__:
            return base
        return exceptions.setdefault(name, type(name, (base,), {}))

    def offer(name, form):
        if type(form) is dict and form['t'] == 'ref':
            return Remote(ask, {'name': name}, form)
        return decode(form, special)

    return offer


main()
