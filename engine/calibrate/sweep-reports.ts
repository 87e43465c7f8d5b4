import { isObject, type JsonObject, listAt, textAt } from '../core/json-access.ts';

/** A guard's entry in a run report. */
export function guardEntryOf(report: unknown, name: string): JsonObject | undefined {
  return (listAt(report, 'guards') ?? []).filter(isObject).find((entry) => textAt(entry, 'name') === name);
}

/** A share as a sweep takes it: the usual one where it is none. */
export function share(value: number | undefined, usual: number): number {
  return value !== undefined && value >= 0 && value <= 1 ? value : usual;
}
