# The program as the tests see it: its functions and objects are stand-ins here, their results plain data, so that the
# assertions of the tests work on values the program has no hold on.
import builtins, os, types


class Gone(BaseException):
    """The program's process ended."""


class Unbridgeable(BaseException):
    """The tests want something that has no meaning across the wire: no verdict either way."""


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


# What an object is asked for, against what it says of itself beside something else. The second is believed only of
# objects that the tests themselves have made of a class that they name: they are what is tested there. Otherwise an
# object that claims to be equal to everything would be a right answer to anything.
ANSWERS = ('call getattr setattr len iter next reversed str repr hash bool int float getitem setitem delitem enter exit '
           'instancecheck await').split()
MAKING = 'add sub mul truediv floordiv mod pow matmul and or xor lshift rshift neg pos invert abs'.split()
OPERATORS = MAKING + 'lt le ge gt contains radd rsub rmul rtruediv rfloordiv rmod rpow rand ror rxor'.split()


def forward(operation):
    return lambda self, *arguments, **named: self._ask(operation, self, arguments, named)


for _name in ANSWERS[:-1] + OPERATORS:
    setattr(Remote, f'__{_name}__', forward(f'__{_name}__'))


class Bridge:
    """`classes` are the names that the tests call as classes."""

    def __init__(self, wire_in, wire_out, classes):
        self.wire_in, self.wire_out, self.classes = wire_in, wire_out, classes
        self.undecided, self.gone, self.asked, self.given = '', False, 0, 0
        self.exceptions, self.functions, self.made, self.hooks, self.keep = {}, [], set(), {}, False
        self.own = {'input': builtins.input, 'print': builtins.print, 'stdin': sys.stdin}

    def ask(self, operation, target, arguments, named):
        name = operation[2:-2]
        if name not in ANSWERS and not self.is_made(target):
            if name == 'eq' and isinstance(arguments[0], Remote):
                return self.compare(target, arguments[0])
            self.fail(f'{operation} of an object of the program')
        makes = name == 'call' and target._address.get('name') in self.classes or name in MAKING and self.is_made(target)
        before, self.keep = self.keep, makes
        try:
            value = self.request(operation, target, arguments, named)
        finally:
            self.keep = before
        if makes and isinstance(value, Remote):
            self.made.add(value._address.get('handle'))
        return value

    def is_made(self, target):
        return target._address.get('handle') in self.made

    def compare(self, left, right):
        """Objects that the program has given are compared by copies of what they hold, and by the program's rule beside."""
        said = self.request('__eq__', left, (right,), {})
        if said is False:
            return False
        copies = [self.request('__state__', each, (), {}) for each in (left, right)]
        if said is not True or not self.is_made(right) or not copies[0] or copies[0] != copies[1]:
            self.fail('two objects of the program')
        return True

    def request(self, operation, target, arguments, named):
        request = {'do': operation, **target._address, 'args': [encode(each, self.opaque) for each in arguments],
                   'kwargs': {key: encode(each, self.opaque) for key, each in named.items()}, 'hooks': self.patched()}
        self.asked += 1
        self.given += operation == '__call__' and bool(arguments or named)
        self.send(request)
        while True:
            reply = self.receive()
            if 'callback' not in reply:
                return self.settle(reply, arguments)
            self.send(self.call_back(reply))

    def patched(self):
        """What the tests have put in the place of questions and prints, which the program must then use too."""
        now = {'input': builtins.input, 'print': builtins.print, 'stdin': sys.stdin}
        found = {}
        for name, value in now.items():
            if value is self.own[name]:
                continue
            if self.hooks.get(name, (None,))[0] is not value:
                call = value
                if name == 'stdin':
                    call = lambda method, *rest, stream=value: getattr(stream, method)(*rest)
                self.functions.append(call)
                self.hooks[name] = (value, len(self.functions) - 1)
            found[name] = self.hooks[name][1]
        return found

    def settle(self, reply, arguments):
        if reply.get('out'):
            # Whoever captures prints here captures those of the program.
            sys.stdout.write(str(reply['out']))
        if 'raise' in reply:
            error = self.exception_class(reply['raise'])(reply['message'])
            error.from_program = True
            raise error
        for argument, form in zip(arguments, reply.get('args', ())):
            self.write_back(argument, form)
        return decode(reply['value'], self.special)

    def write_back(self, argument, form):
        if type(argument) in (list, bytearray):
            argument[:] = decode(form, self.special)
        elif type(argument) in (dict, set):
            changed = decode(form, self.special)
            argument.clear()
            argument.update(changed)

    def call_back(self, reply):
        try:
            given = [decode(each, self.special) for each in reply['args']]
            named = {key: decode(each, self.special) for key, each in reply.get('kwargs', {}).items()}
            return {'value': encode(self.functions[reply['callback']](*given, **named), self.opaque)}
        except Exception as error:
            return {'raise': type(error).__name__, 'message': str(error)}

    def send(self, message):
        try:
            write_line(self.wire_out, message)
        except OSError:
            self.lose()

    def receive(self):
        line = self.wire_in.readline()
        if not line.endswith(b'\n'):
            self.lose()
        return json.loads(line)

    def lose(self):
        self.gone = True
        raise Gone()

    def fail(self, what):
        self.undecided = self.undecided or what
        raise Unbridgeable(what)

    def opaque(self, value):
        if isinstance(value, Remote):
            name = value._address.get('name')
            return {'t': 'name', 'v': name} if name else {'t': 'ref', 'v': value._address['handle']}
        if getattr(builtins, getattr(value, '__name__', ''), None) is value:
            return {'t': 'builtin', 'v': value.__name__}
        if callable(value) and not isinstance(value, type):
            self.functions.append(value)
            return {'t': 'function', 'v': len(self.functions) - 1}
        return self.fail(f'an argument of type {type(value).__name__}')

    def special(self, form):
        if form['t'] == 'ref':
            if 'plain' in form and not self.keep and form['v'] not in self.made:
                return decode(form['plain'], self.special)
            return Remote(self.ask, {'handle': form['v']}, form)
        if form['t'] == 'coroutine':
            return self.later(Remote(self.ask, {'handle': form['v']}, form))
        if form['t'] == 'exception':
            return self.exception_class(form)
        raise ValueError(form)

    async def later(self, coroutine):
        return self.ask('__await__', coroutine, (), {})

    def exception_class(self, form):
        name, base = form['v'], getattr(builtins, form['base'], None)
        if not isinstance(base, type) or not issubclass(base, BaseException):
            base = Exception
        if name == base.__name__:
            return base
        return self.exceptions.setdefault(name, type(name, (base,), {}))

    def offer(self, name, form):
        if type(form) is dict and form['t'] == 'ref':
            return Remote(self.ask, {'name': name}, form)
        return decode(form, self.special)
