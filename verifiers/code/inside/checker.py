# Asks a checker program about the outputs of a program, which come here as text. First about outputs that are wrong by
# nature: a checker that takes these can tell nothing.
import json, os, types

WRONG = ('', '\n', 'no such answer\n')


class Unusable(Exception):
    """What the checker does is no answer."""


def main():
    wire_in, result = os.fdopen(os.dup(0), 'rb'), os.fdopen(3, 'wb')
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    task = json.loads(wire_in.readline())
    said = {'nonce': task['nonce'], 'accepts_wrong': False, 'rejected': -1, 'trouble': '', 'stumbled': False}
    try:
        ask = asker(task['checker'])
        said['accepts_wrong'] = any(all(ask(case, output) for case in task['cases']) for output in WRONG)
        if not said['accepts_wrong']:
            said['stumbled'] = True
            right = [ask(case, output) for case, output in zip(task['cases'], task['outputs'])]
            said.update(rejected=right.index(False) if False in right else -1, stumbled=False)
    except BaseException as error:
        said['trouble'] = repr(error)[:500]
    result.write(json.dumps(said).encode() + b'\n')
    result.flush()


def asker(source):
    namespace = {'__name__': 'checker'}
    exec(compile(source, 'checker.py', 'exec'), namespace)
    check = namespace.get('check')
    if not isinstance(check, types.FunctionType):
        raise Unusable('no function named check')

    def ask(case, output):
        given = [case['input'], output, case['output']][:check.__code__.co_argcount]
        try:
            answer = check(*given)
        except AssertionError:
            return False
        except Exception:
            # A checker may stumble over what is no output at all, but not over what it is there for.
            if output in WRONG:
                return False
            raise
        if type(answer) is not bool:
            raise Unusable(f'check returned {answer!r}')
        return answer

    return ask


main()
