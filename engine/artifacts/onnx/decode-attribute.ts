import { decodeTensor } from './decode-tensor.ts';
import type { MessageReader } from './message-reader.ts';
import type { OnnxAttribute, OnnxGraph } from './onnx-model.ts';
import { OnnxProblem } from './onnx-problem.ts';
import type { ProtobufField } from './protobuf-fields.ts';

export interface AttributeContext {
  readonly reader: MessageReader;
  readonly ownFile: string;
  decodeGraph(field: ProtobufField): OnnxGraph;
}

/** AttributeProto.AttributeType, as far as operators of language models use them. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** An AttributeProto with its name. Its type may be missing in old files; the field that is there tells it then. */
export function decodeAttribute(
  context: AttributeContext,
  field: ProtobufField,
): readonly [name: string, attribute: OnnxAttribute] {
  const { reader } = context;
  const parts: Parts = { name: '', reference: '', type: 0, floats: [], ints: [], strings: [] };
  for (const part of reader.fields(field, 'an attribute')) readPart(context, part, parts);
  if (parts.name === '') throw new OnnxProblem('M255', 'a node has an attribute without a name.');
  return [parts.name, attributeOf(context, field, parts)];
}

interface Parts {
  name: string;
  reference: string;
  type: number;
  single?: OnnxAttribute;
  readonly floats: number[];
  readonly ints: (number | bigint)[];
  readonly strings: Uint8Array[];
}

function readPart(context: AttributeContext, part: ProtobufField, parts: Parts): void {
  const { reader } = context;
  const what = `the attribute ${JSON.stringify(parts.name)}`;
  switch (part.number) {
    case 1:
      parts.name = reader.name(part, 'the name of an attribute');
      return;
    case 2:
      parts.single = { kind: 'float', value: reader.float(part, what) };
      return;
    case 3:
      parts.single = { kind: 'int', value: reader.integer(part, what) };
      return;
    case 4:
      parts.single = { kind: 'string', value: reader.bytes(part, what) };
      return;
    case 5:
      parts.single = { kind: 'tensor', value: decodeTensor(reader, part, context.ownFile, what) };
      return;
    case 6:
      parts.single = { kind: 'graph', value: context.decodeGraph(part) };
      return;
    case 7:
      for (const value of reader.floats(part, what)) parts.floats.push(value);
      return;
    case 8:
      for (const value of reader.integers(part, what)) parts.ints.push(value);
      return;
    case 9:
      parts.strings.push(reader.bytes(part, what));
      return;
    case 10:
    case 11:
    case 22:
    case 23:
      // No operator has these; whatever they hold would escape the rules for tensors.
      throw new OnnxProblem('M255', `${what} is a list of tensors or graphs, or a sparse tensor.`);
    case 20:
      parts.type = reader.smallInteger(part, `the type of ${what}`);
      return;
    case 21:
      parts.reference = reader.name(part, what);
      return;
  }
}

function attributeOf({ reader }: AttributeContext, field: ProtobufField, parts: Parts): OnnxAttribute {
  const { single, floats, ints, strings, type } = parts;
  if (parts.reference !== '') return { kind: 'reference', to: parts.reference, type };
  if (floats.length > 0) return { kind: 'floats', value: floats };
  if (ints.length > 0) return { kind: 'ints', value: ints };
  if (strings.length > 0) return { kind: 'strings', value: strings };
  if (single) return single;
  // A value of zero may be left out.
  switch (type) {
    case attributeTypes.float:
      return { kind: 'float', value: 0 };
    case attributeTypes.int:
      return { kind: 'int', value: 0 };
    case attributeTypes.string:
      return { kind: 'string', value: new Uint8Array() };
    case attributeTypes.floats:
      return { kind: 'floats', value: [] };
    case attributeTypes.ints:
      return { kind: 'ints', value: [] };
    case attributeTypes.strings:
      return { kind: 'strings', value: [] };
    default:
      // Types of values.
      return { kind: 'opaque', proto: reader.bytes(field, `the attribute ${JSON.stringify(parts.name)}`) };
  }
}
