import path from 'node:path';
import type { DiagnosticCode } from '../../codes/index.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import { isLfsPointer, lfsPointerBytes, lfsPointerProblem } from '../../core/lfs-pointer.ts';
import type { FileReader, OpenFile } from '../../core/ports.ts';
import { openWeightFile } from '../open-weight-file.ts';
import type { StoredTensor } from '../tensor-facts.ts';
import { checkLayout } from './check-layout.ts';
import { notAHeader, openingBrace, parseHeader } from './parse-header.ts';

/** The format's own limit on the header. */
const maximumHeaderBytes = 100_000_000;

export interface SafetensorsHeader {
  /** Real path. */
  readonly file: string;
  /** Of the file that was read; another one later means that the file has changed. */
  readonly identity: string;
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
  const weights = await openWeightFile(files, file);
  if (!weights.value) return { value: undefined, findings: weights.findings };
  const { real, opened } = weights.value;
  try {
    const read = await readOpenHeader(opened, file, real);
    return { ...read, findings: [...weights.findings, ...read.findings] };
  } finally {
    await opened.close();
  }
}

async function readOpenHeader(
  opened: OpenFile,
  file: string,
  real: string,
): Promise<Checked<SafetensorsHeader>> {
  const name = path.basename(file);
  const fail = (code: DiagnosticCode, message: string): Checked<SafetensorsHeader> => ({
    value: undefined,
    findings: [{ code, severity: 'error', message: `${name}: ${message}`, file }],
  });
  const { sizeBytes: fileBytes, identity = '' } = opened.facts;
  const prefix = await opened.read(0, Math.min(9, fileBytes));
  if (prefix.length < 8) {
    return fail(
      'M220',
      `the file has ${fileBytes} bytes, but a safetensors file starts with an 8-byte length. Fetch it again.`,
    );
  }
  const declared = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(maximumHeaderBytes)) {
    const isPointer = isLfsPointer(await opened.read(0, Math.min(lfsPointerBytes, fileBytes)));
    if (isPointer) return fail('M241', `${lfsPointerProblem}.`);
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
  // Before as much as a hundred megabytes are read for nothing.
  if (prefix[8] !== openingBrace) return fail('M223', notAHeader);
  const bytes = await opened.read(8, headerBytes);
  if (bytes.length < headerBytes) return fail('M222', 'the file ended while its header was read.');

  const parsed = parseHeader(bytes);
  const place = (finding: Finding): Finding => ({ ...finding, message: `${name}: ${finding.message}`, file });
  if (!parsed.value) return { value: undefined, findings: parsed.findings.map(place) };

  const findings = checkLayout(parsed.value.entries, fileBytes - 8 - headerBytes).map(place);
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
    value: { file: real, identity, headerBytes, fileBytes, metadata: parsed.value.metadata, tensors },
    findings,
  };
}
