# Runs the program and answers what the judge asks of it, one JSON line each. Nothing that is written here is trusted:
# the program shares this process and may say anything, but it can only ever give answers.
import asyncio, builtins, io, operator, os, types

PRINTED_BYTES = 1_000_000


def main():
    wire_in, wire_out = os.fdopen(os.dup(0), 'rb'), os.fdopen(os.dup(1), 'wb')
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    wire_out.write(b'ready\n')
    wire_out.flush()
    sys.stdout = Printed.stream()
    module = types.ModuleType('solution')
    sys.modules['solution'] = module
    try:
        code = compile(json.loads(wire_in.readline())['program'], 'solution.py', 'exec')
        import_forgotten(code, module.__dict__)
        exec(code, module.__dict__)
    except BaseException as error:
        reason = REASONS.get(type(error), 'runtime_error')
        return write_line(wire_out, {'failed': reason, 'message': repr(error)[:500]})
    serve(wire_in, wire_out, module.__dict__)
    # Threads that the program left and what it wants to do at exit would only hold things up.
    os._exit(0)


REASONS = {SyntaxError: 'syntax_error', IndentationError: 'syntax_error', TabError: 'syntax_error',
           MemoryError: 'memory_limit', ModuleNotFoundError: 'library_missing'}


class Printed(io.RawIOBase):
    """What the program prints goes back with its answer, for tests that look at it; the beginning of very much."""

    text = b''

    def writable(self):
        return True

    def write(self, data):
        Printed.text = (Printed.text + bytes(data))[:PRINTED_BYTES] if len(Printed.text) < PRINTED_BYTES else Printed.text
        return len(data)

    @staticmethod
    def stream():
        return io.TextIOWrapper(io.BufferedWriter(Printed()), encoding='utf-8', errors='replace', write_through=True)

    @staticmethod
    def taken():
        try:
            sys.stdout.flush()
        except BaseException:
            pass
        text, Printed.text = Printed.text, b''
        return text.decode('utf-8', 'replace')


class Asked(io.TextIOBase):
    """Standard input where the tests have put something in its place."""

    def __init__(self, ask):
        self.ask = ask

    def readable(self):
        return True

    def readline(self, *size):
        return self.ask('readline', *size)

    def read(self, *size):
        return self.ask('read', *size)


def serve(wire_in, wire_out, namespace):
    handles = []
    ids = {}

    def describe(value):
        if isinstance(value, type) and issubclass(value, BaseException):
            return exception_form(value)
        return encode(value, opaque)

    def answer(request):
        before = builtins.input, builtins.print, sys.stdin
        try:
            for name, number in request['hooks'].items():
                ask = lambda *arguments, number=number, **named: call_back(number, arguments, named)
                sys.stdin = Asked(ask) if name == 'stdin' else sys.stdin
                if name != 'stdin':
                    setattr(builtins, name, ask)
            reply = perform(request)
        finally:
            builtins.input, builtins.print, sys.stdin = before
        printed = Printed.taken()
        return {**reply, 'out': printed} if printed else reply

    def perform(request):
        try:
            target = namespace[request['name']] if 'name' in request else handles[request['handle']]
            arguments = [decode(form, special) for form in request['args']]
            named = {key: decode(form, special) for key, form in request['kwargs'].items()}
            before = json.dumps([encode(argument, opaque) for argument in arguments])
            value = OPERATIONS[request['do']](target, *arguments, **named)
            reply = {'value': encode(value, opaque)}
            after = [encode(argument, opaque) for argument in arguments]
            # A function may be asked to change its argument in place; the tests look at it afterwards.
            return reply if json.dumps(after) == before else {**reply, 'args': after}
        except BaseException as error:
            return raised(error)

    def opaque(value):
        if id(value) not in ids:
            ids[id(value)] = len(handles)
            handles.append(value)
        kind = type(value)
        if kind is types.CoroutineType:
            return {'t': 'coroutine', 'v': ids[id(value)]}
        form = {'t': 'ref', 'v': ids[id(value)]}
        if kind.__eq__ is object.__eq__ or kind.__module__ == 'builtins':
            form['identity'] = True
        for base in (bool, int, float, str, list, tuple, dict, set, frozenset):
            if isinstance(value, base):
                form['plain'] = encode(base(value), opaque)
                break
        if kind in (type({}.keys()), type({}.items())):
            form['plain'] = encode(set(value), opaque)
        return form

    def special(form):
        if form['t'] == 'ref':
            return handles[form['v']]
        if form['t'] == 'name':
            return namespace[form['v']]
        if form['t'] == 'builtin':
            return getattr(builtins, form['v'])
        return lambda *arguments: call_back(form['v'], arguments)

    def call_back(number, arguments, named={}):
        write_line(wire_out, {'callback': number, 'args': [encode(argument, opaque) for argument in arguments],
                              'kwargs': {key: encode(each, opaque) for key, each in named.items()}})
        while True:
            message = json.loads(wire_in.readline())
            if 'value' in message:
                return decode(message['value'], special)
            if 'raise' in message:
                raise getattr(builtins, message['raise'], RuntimeError)(message['message'])
            # The judge needs something of this side before its function can return.
            write_line(wire_out, answer(message))

    offered = {name: describe(value) for name, value in list(namespace.items())
               if not name.startswith('__') and not isinstance(value, types.ModuleType)}
    Printed.taken()
    write_line(wire_out, {'names': offered})
    while line := wire_in.readline():
        write_line(wire_out, answer(json.loads(line)))


def exception_form(cls):
    base = next(parent for parent in cls.__mro__ if parent.__module__ == 'builtins')
    return {'t': 'exception', 'v': cls.__name__, 'base': base.__name__}


def raised(error):
    try:
        message = str(error)[:10_000]
    except BaseException:
        message = ''
    return {'raise': exception_form(type(error)), 'message': message}


OPERATIONS = {f'__{name}__': getattr(operator, f'__{name}__') for name in (
    'lt le eq ge gt add sub mul truediv floordiv mod pow matmul and or xor lshift rshift neg pos invert abs contains '
    'getitem setitem delitem').split()}
OPERATIONS.update({f'__r{name}__': lambda self, other, run=getattr(operator, f'__{name}__'): run(other, self)
                   for name in 'add sub mul truediv floordiv mod pow and or xor'.split()})
OPERATIONS.update({
    '__call__': lambda target, *arguments, **named: target(*arguments, **named),
    '__getattr__': getattr, '__setattr__': setattr, '__len__': len, '__iter__': iter, '__next__': next,
    '__reversed__': reversed, '__str__': str, '__repr__': repr, '__hash__': hash, '__bool__': bool, '__int__': int,
    '__float__': float, '__instancecheck__': lambda cls, value: isinstance(value, cls),
    '__await__': asyncio.run, '__state__': lambda target: dict(getattr(target, '__dict__', {})),
    '__enter__': lambda target: target.__enter__(), '__exit__': lambda target, *_: target.__exit__(None, None, None),
})

main()
