/** The finite number that a foreign value holds, as a number or as text; undefined for anything else. */
export function finiteNumber(value: unknown): number | undefined {
  if (typeof value === 'string' ? value.trim() === '' : typeof value !== 'number') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
