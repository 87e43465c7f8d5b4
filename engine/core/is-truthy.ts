/** One reading of switches for every environment variable (spec 01 Q-41): 1, true, yes, on. */
export function isTruthy(value: string | undefined): boolean {
  return ['1', 'true', 'yes', 'on'].includes((value ?? '').trim().toLowerCase());
}
