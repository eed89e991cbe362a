import * as fc from 'fast-check'

/** Values that stand where nobody expects them. */
const odd: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  '',
  ' ',
  '0',
  '\ud800',
  '\u0000',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
  [],
  {},
  [[]],
  [null],
  { type: 'text', text: 'odd' },
  { length: 3 },
  { toString: 1 },
]

type Change = { kind: number; at: number; other: number }
type Holder = Record<string, unknown> | unknown[]
type Place = { holder: Holder; key: string }

function placesOf(tree: unknown): Place[] {
  const places: Place[] = []
  const look = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null || places.length > 2000) return
    for (const key of Object.keys(holder)) {
      places.push({ holder: holder as Holder, key })
      look((holder as Record<string, unknown>)[key])
    }
  }
  look(tree)
  return places
}

const get = ({ holder, key }: Place): unknown => (holder as Record<string, unknown>)[key]
function set({ holder, key }: Place, value: unknown): void {
  if (Array.isArray(holder) && key === 'length') return
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

const kinds: readonly ((place: Place, other: Place, number: number) => void)[] = [
  (place, _, number) => set(place, structuredClone(odd[number % odd.length])),
  (place, _, number) => set(place, structuredClone(odd[number % odd.length])),
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else delete holder[key]
  },
  (place) => set(place, [get(place), structuredClone(get(place))]),
  (place) => set(place, { value: get(place) }),
  (place, other) => set(place, structuredClone(get(other))),
  (place, other) => set({ holder: place.holder, key: other.key }, structuredClone(get(place))),
  (place, _, number) => set(place, nested(get(place), number % 1200)),
  (place) => set(place, typeof get(place) === 'number' ? String(get(place)) : JSON.stringify(get(place))),
  (place) => set({ holder: place.holder, key: '__proto__' }, structuredClone(get(place))),
]

function nested(value: unknown, depth: number): unknown {
  let made = value
  for (let level = 0; level < depth; level += 1) made = level % 2 === 0 ? [made] : { content: made }
  return made
}

/** A valid tree of JSON to which a few things happened: members of odd kinds, gone, doubled, wrapped, moved, renamed. */
export function mutatedTree(documents: readonly unknown[]): fc.Arbitrary<unknown> {
  const change = fc.record({ kind: fc.nat(999), at: fc.nat(), other: fc.nat() })
  return fc
    .tuple(fc.nat(documents.length - 1), fc.array(change, { maxLength: 5 }))
    .map(([at, changes]) => changes.reduce(changed, structuredClone({ whole: documents[at] })).whole)
}

function changed(root: { whole: unknown }, { kind, at, other }: Change): { whole: unknown } {
  const places = placesOf(root)
  const place = places[at % places.length]
  const from = places[other % places.length]
  // What holds the whole tree stays as it is.
  if (place === undefined || from === undefined) return root
  if (place.holder === root && kind % kinds.length !== 0 && kind % kinds.length !== 3) return root
  kinds[kind % kinds.length]!(place, from, other)
  return root
}
