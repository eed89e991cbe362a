# Tries to get out of the sandbox, once in each way, and says what got through. Runs with the limits of a program.
import json, os, signal, socket, sys

given = json.loads(sys.stdin.readline())


def secret_file():
    return given['nonce'] in open(given['secret_file']).read()


def environment():
    return given['nonce'] in json.dumps(dict(os.environ))


def host_write():
    with open(given['writable_file'], 'w') as file:
        file.write('written')
    return True


def process_ids():
    try:
        os.kill(given['pid'], 0)
        return True
    except PermissionError:
        return True
    except ProcessLookupError:
        return any(name.isdigit() and int(name) == given['pid'] for name in os.listdir('/proc'))


def loopback():
    with socket.create_connection(('127.0.0.1', given['port']), 2):
        return True


def memory():
    # Getting it is enough; where no limit stops this, using it might hurt the machine.
    return len(bytearray(given['memory_bytes'])) > 0


def forks():
    children = []
    try:
        for _ in range(given['processes']):
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return True


def big_file():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open('/tmp/big', 'wb', buffering=0) as file:
        for _ in range(given['file_mb']):
            if file.write(b'x' * 1_048_576) != 1_048_576:
                return False
    return True


def shadow_file():
    return len(open('/etc/shadow').read()) > 0


for probe in (secret_file, environment, host_write, process_ids, loopback, memory, forks, big_file, shadow_file):
    try:
        through, how = bool(probe()), ''
    except (OSError, MemoryError) as error:
        through, how = False, repr(error)
    print(json.dumps({'probe': probe.__name__, 'through': through, 'detail': how}), flush=True)
