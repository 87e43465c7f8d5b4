/** A value of a foreign file in a message: quoted, so that control characters show, and cut, so that it stays readable. */
export function brief(value: unknown, maximumLength = 100): string {
  const text = typeof value === 'string' ? cut(value, maximumLength) : value;
  return cut(JSON.stringify(text) ?? 'undefined', maximumLength + 2);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
