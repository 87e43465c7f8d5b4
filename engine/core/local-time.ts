/** Local time, ISO 8601 without a zone, as the reference stamps its evidence (spec 04 §1.2 `meta.ts`). */
export function localIsoTime(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `${day}T${time}.${String(now.getMilliseconds()).padStart(3, '0')}`;
}
