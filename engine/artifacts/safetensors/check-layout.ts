import type { Finding } from '../../core/findings.ts';
import { bitsPerElement } from './dtypes.ts';
import type { HeaderEntry } from './parse-header.ts';

/**
 * The format's rules about sizes and places: a tensor's range is as long as its shape and element type say, and the
 * ranges cover the `dataBytes` after the header without overlap, hole or rest. Stops at the first misplaced tensor,
 * because every later one would be misplaced too.
 */
export function checkLayout(entries: readonly HeaderEntry[], dataBytes: number): Finding[] {
  for (const entry of entries) {
    const finding = checkSize(entry);
    if (finding) return [finding];
  }
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  let previous: HeaderEntry | undefined;
  for (const entry of sorted) {
    if (entry.begin > covered) {
      const after = previous ? `after tensor ${quote(previous.name)}` : 'before the first tensor';
      return [error('M232', `${entry.begin - covered} bytes ${after} belong to no tensor.`)];
    }
    if (entry.begin < covered) {
      return [error('M233', `tensors ${quote(previous?.name ?? '')} and ${quote(entry.name)} share bytes.`)];
    }
    covered = entry.end;
    previous = entry;
  }
  if (covered > dataBytes) {
    const message = `the tensors need ${covered} bytes, but only ${dataBytes} follow the header. The file was cut off; fetch it again.`;
    return [{ ...error('M234', message), expected: covered, actual: dataBytes }];
  }
  if (covered < dataBytes) {
    const message = `${dataBytes - covered} bytes follow the last tensor. The file is damaged or hides something.`;
    return [{ ...error('M235', message), expected: covered, actual: dataBytes }];
  }
  return [];
}

function checkSize(entry: HeaderEntry): Finding | undefined {
  const where = `tensor ${quote(entry.name)}`;
  let elements = 1;
  for (const size of entry.shape) elements *= size;
  // A product above 2^53 may be rounded, but never back below it.
  const bits = elements * bitsPerElement[entry.dtype];
  if (!Number.isSafeInteger(bits)) return error('M231', `${where}: its shape is too large to be counted.`);
  if (bits % 8 !== 0)
    return error('M236', `${where}: ${elements} elements of type ${entry.dtype} do not fill whole bytes.`);
  const actual = entry.end - entry.begin;
  if (actual === bits / 8) return undefined;
  const shape = `[${entry.shape.join(', ')}] of ${entry.dtype}`;
  return {
    ...error('M230', `${where}: shape ${shape} needs ${bits / 8} bytes, but data_offsets give ${actual}.`),
    expected: bits / 8,
    actual,
  };
}

function error(code: Finding['code'], message: string): Finding {
  return { code, severity: 'error', message };
}

function quote(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}
