/**
 * The entry of a map by name. Names come from recipes, servers and files, and `constructor` or `toString` is also
 * something that every object has.
 */
export function ownMember<Value>(map: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined
}
