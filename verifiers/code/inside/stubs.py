# Programs that are wrong by nature, whatever they are asked for. Tests that one of them passes cannot fail.


class Agreeable:
    """An object that says yes to everything, and returns itself."""

    def __init__(self, *given, **named):
        pass

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return self

    def __call__(self, *given, **named):
        return self

    def yes(self, *other):
        return True

    def itself(self, *other):
        return self

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = yes
    __add__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __pow__ = __neg__ = __abs__ = __getitem__ = itself
    __radd__ = __rsub__ = __rmul__ = itself
    __hash__ = lambda self: 0
    __len__ = lambda self: 0
    __iter__ = lambda self: iter(())


class Stub(Exception):
    pass


def raising(*given, **named):
    raise Stub('a program that is wrong')


def constant(value):
    return lambda *given, **named: value


def fresh(kind):
    return lambda *given, **named: kind()


THING = object()
STUBS = {
    'nothing': constant(None), 'raises': raising, 'thing': constant(THING), 'true': constant(True), 'false': constant(False),
    'zero': constant(0), 'one': constant(1), 'text': constant(''), 'list': fresh(list), 'tuple': constant(()),
    'mapping': fresh(dict), 'argument': lambda *given, **named: given[0] if given else None, 'agreeable': constant(Agreeable()),
}


def define_stubs(kind, names, classes):
    for name in names:
        globals()[name] = Agreeable if kind == 'agreeable' and name in classes else STUBS[kind]
