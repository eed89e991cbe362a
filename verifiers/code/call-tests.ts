/**
 * Python tests that call a function with arguments and compare what comes back, for datasets that have both as JSON. A
 * tuple is a list and a key is text there, so they are here; and as APPS does, a dataset may put every result into a list
 * of its own, which holds for all cases or for none.
 */
export function callTests(name: string, args: readonly unknown[], results: readonly unknown[]): object {
  return { kind: 'python', entry_point: name, tests: source(args, results) }
}

function source(args: readonly unknown[], results: readonly unknown[]): string {
  // JSON's form of a string is also one of Python's.
  const cases = JSON.stringify(JSON.stringify([args, results]))
  return `import json

def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return value

arguments, wanted = json.loads(${cases})
wanted = plain(wanted)
unwrapped = [each[0] for each in wanted] if all(isinstance(each, list) and len(each) == 1 for each in wanted) else wanted

def check(candidate):
    results = [plain(candidate(*each)) for each in arguments]
    assert results == wanted or results == unwrapped
`
}
