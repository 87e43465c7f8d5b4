import { elementCount } from '../tensor-facts.ts';
import type { MessageReader } from './message-reader.ts';
import { type OnnxInitializer, type OnnxType, onnxBits, onnxTypes } from './onnx-model.ts';
import { OnnxProblem } from './onnx-problem.ts';
import type { ProtobufField } from './protobuf-fields.ts';
import { tensorData } from './tensor-data.ts';

const typeOfNumber = new Map<number, OnnxType>(
  Object.entries(onnxTypes).map(([name, number]) => [number, name as OnnxType]),
);

/** ONNX Runtime itself counts elements in 64 bits; weights of this size do not exist. */
const mostElements = 2 ** 48;
const mostDimensions = 64;

export function onnxTypeNumbered(number: number, what: string): OnnxType {
  const type = typeOfNumber.get(number);
  if (!type) throw new OnnxProblem('M256', `${what} has the element type ${number}, which is unknown.`);
  return type;
}

/**
 * Reads a TensorProto. Data that was left in the file stays there: the tensor then says where, with `ownFile` as its
 * location. Numbers that are stored in fields of their type become raw bytes.
 */
export function decodeTensor(
  reader: MessageReader,
  field: ProtobufField,
  ownFile: string,
  what = 'a tensor',
): OnnxInitializer {
  const parts: Parts = {
    shape: [],
    type: 0,
    name: '',
    data: [],
    texts: [],
    pairs: new Map(),
    isExternal: false,
  };
  for (const part of reader.fields(field, what)) readPart(reader, part, parts, what);
  const label = parts.name === '' ? what : `the tensor ${JSON.stringify(parts.name)}`;
  const type = onnxTypeNumbered(parts.type, label);
  const { name, shape } = parts;
  if (shape.length > mostDimensions)
    throw new OnnxProblem('M253', `${label} has ${shape.length} dimensions.`);
  const elements = elementCount(shape);
  if (!(elements <= mostElements)) throw new OnnxProblem('M256', `${label} is too large to be counted.`);
  const facts = { name, type, shape };
  const sizeBytes = Math.ceil((elements * onnxBits[type]) / 8);
  const sources = Number(parts.data.length > 0) + Number(parts.texts.length > 0) + Number(parts.isExternal);
  if (sources > 1) throw new OnnxProblem('M256', `${label} has its data in more than one place.`);
  if (parts.isExternal)
    return { ...facts, kind: 'external', ...externalPlace(parts.pairs, sizeBytes, label) };
  if (type === 'STRING') {
    if (parts.texts.length !== elements || parts.data.length > 0)
      throw new OnnxProblem('M256', `${label} has ${parts.texts.length} texts instead of ${elements}.`);
    return { ...facts, kind: 'texts', values: parts.texts };
  }
  const stored = tensorData(reader, parts.data, type, label);
  if (stored.length !== sizeBytes)
    throw new OnnxProblem('M256', `${label} has ${stored.length} bytes of data instead of ${sizeBytes}.`);
  return stored.offset === undefined
    ? { ...facts, kind: 'inline', bytes: stored.bytes }
    : { ...facts, kind: 'external', location: ownFile, offset: stored.offset, lengthBytes: sizeBytes };
}

interface Parts {
  shape: number[];
  type: number;
  name: string;
  readonly data: ProtobufField[];
  readonly texts: Uint8Array[];
  readonly pairs: Map<string, string>;
  isExternal: boolean;
}

/** Field numbers of TensorProto in onnx.proto3. */
function readPart(reader: MessageReader, part: ProtobufField, parts: Parts, what: string): void {
  switch (part.number) {
    case 1:
      for (const size of reader.integers(part, `a dimension of ${what}`)) {
        if (typeof size === 'bigint' || size < 0)
          throw new OnnxProblem('M256', `${what} has the dimension ${size}.`);
        parts.shape.push(size);
      }
      return;
    case 2:
      parts.type = reader.smallInteger(part, `the element type of ${what}`);
      return;
    case 3:
      throw new OnnxProblem('M256', `${what} is stored in segments, which no runtime reads.`);
    case 4:
    case 5:
    case 7:
    case 9:
    case 10:
    case 11:
      parts.data.push(part);
      return;
    case 6:
      parts.texts.push(reader.bytes(part, `a text of ${what}`));
      return;
    case 8:
      parts.name = reader.name(part, `the name of ${what}`);
      return;
    case 13: {
      const [key, value] = decodePair(reader, part, `the external data of ${what}`);
      if (parts.pairs.has(key))
        throw new OnnxProblem('M257', `${what} gives ${key} of its external data twice.`);
      parts.pairs.set(key, value);
      return;
    }
    case 14:
      parts.isExternal = reader.smallInteger(part, `the data location of ${what}`) === 1;
      return;
  }
}

/** A StringStringEntryProto. */
export function decodePair(
  reader: MessageReader,
  field: ProtobufField,
  what: string,
): readonly [string, string] {
  let key = '';
  let value = '';
  for (const part of reader.fields(field, what)) {
    if (part.number === 1) key = reader.name(part, what);
    if (part.number === 2) value = reader.text(part, what);
  }
  return [key, value];
}

/** Offsets and lengths are decimal texts; without a length the data has the size of the tensor. */
function externalPlace(
  pairs: ReadonlyMap<string, string>,
  sizeBytes: number,
  label: string,
): { location: string; offset: number; lengthBytes: number } {
  const natural = (key: string, fallback: number): number => {
    const text = pairs.get(key);
    if (text === undefined) return fallback;
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value)) return value;
    throw new OnnxProblem(
      'M260',
      `the external data of ${label} has the ${key} ${JSON.stringify(text.slice(0, 40))}.`,
    );
  };
  const lengthBytes = natural('length', sizeBytes);
  if (lengthBytes !== sizeBytes)
    throw new OnnxProblem(
      'M260',
      `the external data of ${label} has ${lengthBytes} bytes instead of ${sizeBytes}.`,
    );
  return { location: pairs.get('location') ?? '', offset: natural('offset', 0), lengthBytes };
}
