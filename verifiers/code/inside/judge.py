# Runs the tests against a program that lives in another sandbox, and says what came of it on a channel of its own.
import os, resource, time


def main():
    result, wire_in, wire_out = os.fdopen(3, 'wb'), os.fdopen(os.dup(0), 'rb'), os.fdopen(os.dup(1), 'wb')
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    task = json.loads(wire_in.readline())
    # Proxies may be called from the tests' own comparisons at any depth.
    sys.setrecursionlimit(20_000)
    use_pytest_shim()
    use_own_rules()
    verdict, reason, message = judge(task, wire_in, wire_out)
    write_line(result, {'nonce': task['nonce'], 'verdict': verdict, 'reason': reason, 'message': message[:2_000]})


def judge(task, wire_in, wire_out):
    try:
        suite = Suite(task['tests'], task['entry_point'])
    except (SyntaxError, ValueError, RecursionError) as error:
        return 'gold_unparseable', 'tests_unreadable', str(error)
    bridge = Bridge(wire_in, wire_out, suite.classes if task.get('believe') or task.get('stubs') else set())
    line = wire_in.readline()
    if not line:
        return 'incorrect', 'crashed', ''
    try:
        loaded = json.loads(line)
        if 'failed' in loaded:
            verdict = 'undecided' if loaded['failed'] == 'library_missing' else 'incorrect'
            return verdict, str(loaded['failed']), str(loaded['message'])
        names = dict(loaded['names'])
    except (ValueError, KeyError, TypeError):
        # The program wrote into its own channel; what it says there is worth nothing.
        return 'incorrect', 'crashed', 'the program wrote over its own answers'
    if task.get('stubs'):
        return try_stubs(task['stubs'], suite, bridge)
    try:
        wanted = suite.names()
        offered = {name: bridge.offer(name, form) for name, form in names.items() if name in wanted}
    except Exception:
        return 'incorrect', 'crashed', 'what the program defines cannot be read'
    return outcome(suite, bridge, offered)


def outcome(suite, bridge, offered):
    try:
        suite.run(offered)
        found = ('correct', '', '') if bridge.asked else ('gold_unparseable', 'tests_ask_nothing', '')
    except BaseException as error:
        found = why(error, suite.subject, bridge)
    if found[0] == 'gold_unparseable':
        return found
    if bridge.gone:
        return 'incorrect', 'crashed', found[2]
    return ('undecided', 'tests_need_the_same_process', bridge.undecided) if bridge.undecided else found


def why(error, subject, bridge):
    if isinstance(error, Gone):
        return 'incorrect', 'crashed', ''
    if isinstance(error, (Unbridgeable, SystemExit)) and not hasattr(error, 'from_program'):
        return 'undecided', 'tests_need_the_same_process', str(error)
    if isinstance(error, Unreadable):
        return 'gold_unparseable', 'tests_unreadable', str(error)
    if getattr(error, 'from_program', False):
        if type(error).__name__ == 'ModuleNotFoundError':
            return 'undecided', 'library_missing', str(error)
        return 'incorrect', 'memory_limit' if isinstance(error, MemoryError) else 'runtime_error', repr(error)
    unknown = getattr(error, 'name', '') if isinstance(error, NameError) else ''
    if isinstance(error, Missing) or unknown and unknown == subject:
        return 'incorrect', 'no_entry_point', str(error)
    if unknown and unknown not in FORGOTTEN:
        # The program has what it was asked for; the tests want more than they say.
        return 'undecided', 'tests_need_the_same_process', str(error)
    if isinstance(error, (ImportError, NameError)) or not isinstance(error, AssertionError) and not bridge.asked:
        return 'gold_unparseable', 'tests_unreadable', repr(error)
    return 'incorrect', 'wrong_answer', repr(error)


def try_stubs(stubs, suite, bridge):
    """
    Runs the tests once for each program that is wrong by nature. The first that passes shows that they cannot fail; where
    it is the one that says yes to everything, only what objects say of themselves is not to be believed.
    """
    define = bridge.offer('define_stubs', {'t': 'ref', 'v': -1})
    names = sorted(name for name in suite.names() if name.isidentifier() and not name.startswith('__'))
    offered = {name: bridge.offer(name, {'t': 'ref', 'v': -1}) for name in names}
    spare = 4.0
    for stub in stubs:
        bridge.request('__call__', define, (stub, names, sorted(suite.classes)), {})
        bridge.asked = bridge.given = 0
        found, used = in_a_fork(lambda: outcome(suite, bridge, offered) + (bridge.given,), spare)
        if found is None:
            # Tests that go on for ever with a wrong program can fail; the wire is not in order any more.
            return 'correct', '', f'{stub} without end'
        spare = max(0.2, spare - used)
        if found[0] == 'gold_unparseable':
            return tuple(found[:3])
        if stub == 'agreeable':
            return 'correct', '' if found[0] == 'correct' else 'operators_tested', ''
        # A function without arguments has a constant for a right answer.
        if found[0] == 'correct' and (found[3] or stub in ('nothing', 'raises', 'thing')):
            return 'gold_unparseable', 'tests_cannot_fail', f'passed by a program that is wrong: {stub}'
    return 'correct', '', ''


def in_a_fork(run, seconds):
    """Tests may change anything in their process, so every run of them has its own."""
    reads, writes = os.pipe()
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        whole = max(1, math.ceil(seconds))
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
        os.write(writes, json.dumps(run()).encode()[:60_000])
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads, 'rb') as stream:
        said = stream.read()
    os.waitpid(child, 0)
    try:
        return json.loads(said), time.monotonic() - start
    except ValueError:
        return None, 0


main()
