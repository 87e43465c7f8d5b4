import type { OpenFile } from '../../core/ports.ts';
import { OnnxProblem } from './onnx-problem.ts';
import {
  countField,
  type FieldBudget,
  longestHeaderBytes,
  overrun,
  type ProtobufField,
  readFieldHeader,
} from './protobuf-fields.ts';

/** How much of one file is read; the rest stays where it is. */
export interface ScanLimits {
  /** Content up to this size is read in one piece. */
  readonly pieceBytes: number;
  /** All content together, tensors that stay in the file left out. */
  readonly skeletonBytes: number;
  /** Graphs within graphs. */
  readonly depth: number;
}

/**
 * Reads the skeleton of a ModelProto: every field, but of a large tensor only where its data lies. What is larger than one
 * piece is walked field by field where the format says that it is a message, so that a file of any size takes little
 * memory.
 */
export async function scanOnnxFile(
  file: OpenFile,
  limits: ScanLimits,
  budget: FieldBudget,
): Promise<readonly ProtobufField[]> {
  const fileBytes = file.facts.sizeBytes;
  const scan: Scan = { source: new FileWindow(file, fileBytes), limits, budget, loadedBytes: 0 };
  return scanMessage(scan, 'model', 0, fileBytes, 0);
}

/** Which fields of a large message are messages again, by field number of onnx.proto3. `data` is a tensor's payload. */
const children: Readonly<Record<MessageKind, Readonly<Record<number, MessageKind | 'data'>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph' },
  // float_data, double_data and raw_data hold the elements as they lie in memory.
  tensor: { 4: 'data', 9: 'data', 10: 'data' },
};

type MessageKind = 'model' | 'graph' | 'function' | 'node' | 'attribute' | 'tensor';

interface Scan {
  readonly source: FileWindow;
  readonly limits: ScanLimits;
  readonly budget: FieldBudget;
  loadedBytes: number;
}

async function scanMessage(
  scan: Scan,
  kind: MessageKind,
  start: number,
  end: number,
  depth: number,
): Promise<ProtobufField[]> {
  if (depth > scan.limits.depth)
    throw new OnnxProblem('M253', `its messages are nested more than ${scan.limits.depth} deep.`);
  const fields: ProtobufField[] = [];
  const { source } = scan;
  let at = start;
  while (at < end) {
    countField(scan.budget);
    const longest = Math.min(longestHeaderBytes, end - at);
    const bytes = source.peek(at, longest) ?? (await source.read(at, longest));
    const { number, wireType, value, headerBytes } = readFieldHeader(bytes, 0, bytes.length, at);
    at += headerBytes;
    if (wireType === 0) {
      fields.push({ kind: 'integer', number, value });
      continue;
    }
    const length = Number(value);
    if (at + length > end) throw overrun(number, at, length);
    if (wireType !== 2) {
      fields.push({ kind: 'fixed', number, bytes: (await source.read(at, length)).slice() });
    } else {
      const content = await contentOf(scan, children[kind][number], at, length, depth);
      fields.push({ kind: 'bytes', number, offset: at, length, content });
    }
    at += length;
  }
  return fields;
}

async function contentOf(
  scan: Scan,
  child: MessageKind | 'data' | undefined,
  offset: number,
  length: number,
  depth: number,
): Promise<Uint8Array | readonly ProtobufField[] | undefined> {
  const { source, limits } = scan;
  const isLarge = length > limits.pieceBytes;
  if (isLarge && child === 'data') return undefined;
  if (isLarge && child !== undefined && child !== 'data')
    return scanMessage(scan, child, offset, offset + length, depth + 1);
  scan.loadedBytes += length;
  if (scan.loadedBytes > limits.skeletonBytes) {
    throw new OnnxProblem(
      'M253',
      `its graph has more than ${limits.skeletonBytes} bytes, tensors left out. Save large tensors as raw or external data.`,
    );
  }
  return (source.peek(offset, length) ?? (await source.read(offset, length))).slice();
}

const windowBytes = 256 * 1024;

/** Reads a file in large steps and gives out small parts. */
class FileWindow {
  readonly #file: OpenFile;
  readonly #fileBytes: number;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array();

  constructor(file: OpenFile, fileBytes: number) {
    this.#file = file;
    this.#fileBytes = fileBytes;
  }

  /** The bytes when they are at hand. They are overwritten by nothing, but belong to a large piece: copy to keep them. */
  peek(offset: number, length: number): Uint8Array | undefined {
    const from = offset - this.#start;
    return from >= 0 && from + length <= this.#bytes.length
      ? this.#bytes.subarray(from, from + length)
      : undefined;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const known = this.peek(offset, length);
    if (known) return known;
    const wanted = Math.min(Math.max(length, windowBytes), this.#fileBytes - offset);
    const bytes = await this.#file.read(offset, wanted);
    if (bytes.length < length) throw new OnnxProblem('M250', 'the file ended while it was read.');
    this.#start = offset;
    this.#bytes = bytes;
    return bytes.subarray(0, length);
  }
}
