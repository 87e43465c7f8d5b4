/** A reason of a gate as a sentence. */
export function capitalised(reason: string): string {
  return `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`;
}

/** A limit as a person writes it: two digits behind the point, more where they matter. */
export function short(value: number): string {
  const plain = String(Number(value.toPrecision(12)));
  return /^-?\d+(?:\.\d)?$/u.test(plain) && Math.abs(value) < 10 ? value.toFixed(2) : plain;
}
