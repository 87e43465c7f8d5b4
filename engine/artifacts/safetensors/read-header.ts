import path from 'node:path';
import type { DiagnosticCode } from '../../codes/index.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { StoredTensor } from '../tensor-facts.ts';
import { checkLayout } from './check-layout.ts';
import { parseHeader } from './parse-header.ts';

/** The format's own limit on the header. */
const maximumHeaderBytes = 100_000_000;

export interface SafetensorsHeader {
  /** Real path. */
  readonly file: string;
  readonly headerBytes: number;
  readonly fileBytes: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * Reads the header of a safetensors file and proves that every byte of the file belongs to exactly one tensor.
 * Weights are not read: at most 8 bytes and the header are.
 *
 * @example const { value, findings } = await readHeader(files, '/models/tiny/model.safetensors')
 */
export async function readHeader(files: FileReader, file: string): Promise<Checked<SafetensorsHeader>> {
  const findings: Finding[] = [];
  const name = path.basename(file);
  const fail = (code: DiagnosticCode, message: string): Checked<SafetensorsHeader> => ({
    value: undefined,
    findings: [...findings, { code, severity: 'error', message: `${name}: ${message}`, file }],
  });

  const facts = await files.facts(file);
  if (facts?.kind !== 'file') return fail('U703', 'there is no such file.');
  const real = await files.realPath(file);
  const fileBytes = facts.sizeBytes;
  const prefix = await files.readBytes(real, { offset: 0, length: Math.min(8, fileBytes) });
  if (prefix.length < 8) {
    return fail(
      'M220',
      `the file has ${fileBytes} bytes, but a safetensors file starts with an 8-byte length. Fetch it again.`,
    );
  }
  const declared = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(maximumHeaderBytes)) {
    return fail(
      'M221',
      `the header claims ${declared} bytes; the format allows ${maximumHeaderBytes}. This is not a safetensors file, or it is damaged.`,
    );
  }
  const headerBytes = Number(declared);
  if (8 + headerBytes > fileBytes) {
    return fail(
      'M222',
      `the header claims ${headerBytes} bytes, but the file has only ${fileBytes}. It was cut off; fetch it again.`,
    );
  }
  const bytes = await files.readBytes(real, { offset: 8, length: headerBytes });
  if (bytes.length < headerBytes) return fail('M222', 'the file ended while its header was read.');

  const parsed = parseHeader(bytes);
  const place = (finding: Finding): Finding => ({ ...finding, message: `${name}: ${finding.message}`, file });
  findings.push(...parsed.findings.map(place));
  if (!parsed.value) return { value: undefined, findings };

  findings.push(...checkLayout(parsed.value.entries, fileBytes - 8 - headerBytes).map(place));
  if (findings.length > 0) return { value: undefined, findings };

  const tensors = new Map<string, StoredTensor>();
  for (const entry of parsed.value.entries) {
    tensors.set(entry.name, {
      name: entry.name,
      dtype: entry.dtype,
      shape: entry.shape,
      file: real,
      offset: 8 + headerBytes + entry.begin,
      lengthBytes: entry.end - entry.begin,
    });
  }
  return {
    value: { file: real, headerBytes, fileBytes, metadata: parsed.value.metadata, tensors },
    findings,
  };
}
