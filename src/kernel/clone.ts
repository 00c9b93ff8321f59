/** Deep copy of plain data that keeps shared references shared (a call that two lists hold stays one call). */

/** Static things that a state may mention but that never change: copied by reference. */
export function cloneState<T>(value: T): T {
  return copy(value, new Map()) as T;
}

/** Needs no copy; everything else is looked at. */
const isPlain = (value: unknown): boolean => typeof value !== 'object' ? typeof value !== 'function' && typeof value !== 'symbol' : value === null;

function copy(value: unknown, seen: Map<object, object>): unknown {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('state must be plain data, but holds a ' + typeof value);
    return value;
  }
  if (Object.isFrozen(value)) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const out: unknown[] = value.slice();
    seen.set(value, out);
    for (let i = 0; i < out.length; i++) if (!isPlain(out[i])) out[i] = copy(out[i], seen);
    return out;
  }
  if (ArrayBuffer.isView(value)) {
    const out = (value as Float64Array).slice();
    seen.set(value, out);
    return out;
  }
  if (value instanceof Map) {
    const out = new Map<unknown, unknown>();
    seen.set(value, out);
    for (const [key, entry] of value) out.set(isPlain(key) ? key : copy(key, seen), isPlain(entry) ? entry : copy(entry, seen));
    return out;
  }
  if (value instanceof Set) {
    const out = new Set<unknown>();
    seen.set(value, out);
    for (const entry of value) out.add(copy(entry, seen));
    return out;
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError(`state must be plain data, but holds a ${(value.constructor as { name: string }).name}`);
  // Spreading keeps the shape that the compiler knows; adding field by field costs ten times as much.
  const out: Record<string, unknown> = { ...value };
  seen.set(value, out);
  for (const key in out) {
    const entry = out[key];
    if (!isPlain(entry)) out[key] = copy(entry, seen);
  }
  return out;
}

/** Makes plain data unchangeable all the way down. What is frozen is shared by checkpoints, not copied, and so stays the same object. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const entry of Object.values(value)) freezeDeep(entry);
  return value;
}
