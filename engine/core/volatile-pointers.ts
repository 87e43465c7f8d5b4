import { isObject, type JsonObject } from './json-access.ts';

/**
 * JSON pointers of the fields that a schema marks `x-volatile`: they depend on the clock, the host, paths or durations,
 * and are marked there and nowhere else (decisions: volatile fields). A marked object is volatile as a whole.
 *
 * @example volatilePointersOf(certificateSchema).includes('/artifacts/generated_at') // true
 */
export function volatilePointersOf(schema: JsonObject): readonly string[] {
  return [...findVolatile(schema, '')];
}

function* findVolatile(schema: JsonObject, pointer: string): Generator<string> {
  if (schema['x-volatile'] === true) yield pointer;
  if (!isObject(schema.properties)) return;
  for (const [key, member] of Object.entries(schema.properties)) {
    if (isObject(member)) yield* findVolatile(member, `${pointer}/${key}`);
  }
}
