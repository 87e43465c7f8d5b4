/** Reading foreign JSON without trusting its shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value at a path of keys; undefined when any step is missing. Only own keys count, so a name such as
 * `constructor` finds nothing that the document does not hold.
 *
 * @example valueAt(certificate, 'primary_metric', 'final')
 */
export function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

export function objectAt(value: unknown, ...keys: readonly string[]): JsonObject | undefined {
  const found = valueAt(value, ...keys);
  return isObject(found) ? found : undefined;
}

export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] | undefined {
  const found = valueAt(value, ...keys);
  return Array.isArray(found) ? found : undefined;
}

export function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

/** A finite number; booleans and numeric texts are not numbers (spec 04 CQ-30). */
export function numberAt(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = valueAt(value, ...keys);
  return isFiniteNumber(found) ? found : undefined;
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A pair of finite numbers, low end first. */
export function intervalAt(
  value: unknown,
  ...keys: readonly string[]
): readonly [number, number] | undefined {
  const found = listAt(value, ...keys);
  const [low, high] = found ?? [];
  return found?.length === 2 && isFiniteNumber(low) && isFiniteNumber(high) ? [low, high] : undefined;
}
