# Runs the program once per input. The expected outputs never come in here: they are compared outside of the sandbox.
import json, os, subprocess, sys

wire_in, wire_out = os.fdopen(os.dup(0), 'rb'), os.fdopen(os.dup(1), 'wb')
nothing = os.open(os.devnull, os.O_RDWR)
os.dup2(nothing, 0)
os.dup2(nothing, 1)
wire_out.write(b'ready\n')
wire_out.flush()
with open('/tmp/program.py', 'w', encoding='utf-8') as file:
    file.write(json.loads(wire_in.readline())['program'])

while line := wire_in.readline():
    with open('/tmp/input', 'wb') as file:
        file.write(json.loads(line)['input'].encode())
    # Output goes to a file because the kernel's limit on file sizes then also stops a flood.
    with open('/tmp/input', 'rb') as given, open('/tmp/output', 'wb') as out, open('/tmp/complaint', 'wb') as errors:
        code = subprocess.run([sys.executable, '-s', '-B', '/tmp/program.py'], stdin=given, stdout=out, stderr=errors).returncode
    with open('/tmp/output', 'rb') as file:
        output = file.read().decode('utf-8', 'replace')
    with open('/tmp/complaint', 'rb') as file:
        file.seek(max(0, os.path.getsize('/tmp/complaint') - 2_000))
        complaint = file.read().decode('utf-8', 'replace')
    wire_out.write(json.dumps({'code': code, 'output': output, 'complaint': complaint}).encode() + b'\n')
    wire_out.flush()
