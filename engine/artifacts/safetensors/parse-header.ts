import type { DiagnosticCode } from '../../codes/index.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import type { TensorFacts } from '../tensor-facts.ts';
import { isTensorDtype, type TensorDtype } from './dtypes.ts';
import { type HeaderJson, JsonNumber, parseHeaderJson } from './parse-header-json.ts';

/** One tensor as the header lists it; offsets count from the end of the header. */
export interface HeaderEntry extends TensorFacts {
  readonly begin: number;
  readonly end: number;
}

export interface ParsedHeader {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: readonly HeaderEntry[];
}

export const openingBrace = 0x7b;
export const notAHeader =
  'the header does not start with {. This is not a safetensors file, or it is damaged.';

/** A hostile header may break a rule in every entry; nobody reads more than a few of them. */
const maximumFindings = 20;

/** Reads the JSON of a safetensors header. Whether the byte ranges fit together is `checkLayout`'s business. */
export function parseHeader(bytes: Uint8Array): Checked<ParsedHeader> {
  const findings: Finding[] = [];
  const report = (code: DiagnosticCode, message: string): void => {
    if (findings.length < maximumFindings) findings.push({ code, severity: 'error', message });
  };
  const failed = (): Checked<ParsedHeader> => ({ value: undefined, findings });

  if (bytes[0] !== openingBrace) {
    report('M223', notAHeader);
    return failed();
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    report('M224', 'the header is not valid UTF-8.');
    return failed();
  }
  const json = parseHeaderJson(text);
  for (const key of json.duplicates) report('M226', `the header has the key ${quote(key)} twice.`);
  if (json.error !== undefined) {
    report('M225', `the header is not valid JSON: ${json.error}.`);
    return failed();
  }
  if (!(json.value instanceof Map)) return failed();

  const entries: HeaderEntry[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of json.value) {
    if (name === '__metadata__') metadata = readMetadata(value, report) ?? metadata;
    else {
      const entry = readEntry(name, value, report);
      if (entry) entries.push(entry);
    }
  }
  return findings.length > 0 ? failed() : { value: { metadata, entries }, findings };
}

type Report = (code: DiagnosticCode, message: string) => void;

function readMetadata(value: HeaderJson, report: Report): ReadonlyMap<string, string> | undefined {
  const map = new Map<string, string>();
  if (value instanceof Map) {
    for (const [key, text] of value) if (typeof text === 'string') map.set(key, text);
    if (map.size === value.size) return map;
  }
  report('M227', '__metadata__ must be an object whose values are all strings.');
  return undefined;
}

function readEntry(name: string, value: HeaderJson, report: Report): HeaderEntry | undefined {
  const where = `tensor ${quote(name)}`;
  if (!(value instanceof Map)) {
    report('M228', `${where} must be an object with dtype, shape and data_offsets.`);
    return undefined;
  }
  const dtype = readDtype(where, value.get('dtype'), report);
  const shape = naturals(value.get('shape'));
  if (!shape) report('M228', `${where}: shape must be a list of whole numbers that are not negative.`);
  const offsets = naturals(value.get('data_offsets'));
  const [begin, end] = offsets ?? [];
  if (offsets?.length !== 2 || begin === undefined || end === undefined || begin > end) {
    report('M228', `${where}: data_offsets must be two whole numbers, the first not above the second.`);
    return undefined;
  }
  return dtype && shape ? { name, dtype, shape, begin, end } : undefined;
}

function readDtype(where: string, value: HeaderJson | undefined, report: Report): TensorDtype | undefined {
  if (typeof value !== 'string') {
    report('M228', `${where}: dtype must be a string.`);
    return undefined;
  }
  if (isTensorDtype(value)) return value;
  report('M229', `${where}: ${quote(value)} is not an element type of the safetensors format.`);
  return undefined;
}

function naturals(value: HeaderJson | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers: number[] = [];
  for (const item of value) {
    const number = item instanceof JsonNumber ? item.toNatural() : undefined;
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return numbers;
}

/** Names come from a foreign file: quoted, so that control characters show, and cut, so that they stay readable. */
function quote(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name);
}
