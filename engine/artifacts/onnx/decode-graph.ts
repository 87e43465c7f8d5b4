import { type AttributeContext, decodeAttribute } from './decode-attribute.ts';
import { decodeOpset, standardised } from './decode-opset.ts';
import { decodePair, decodeTensor, onnxTypeNumbered } from './decode-tensor.ts';
import type { MessageReader } from './message-reader.ts';
import type {
  OnnxAttribute,
  OnnxFunction,
  OnnxGraph,
  OnnxInitializer,
  OnnxNode,
  OnnxValueInfo,
} from './onnx-model.ts';
import { OnnxProblem } from './onnx-problem.ts';
import type { ProtobufField } from './protobuf-fields.ts';

export interface GraphContext {
  readonly reader: MessageReader;
  /** Location of tensors that stay in the model's own file. */
  readonly ownFile: string;
  /** Graphs around this one. */
  readonly depth: number;
}

/** Graphs have nodes, nodes have attributes, and attributes may be graphs. */
function within(context: GraphContext): AttributeContext {
  const inner = { ...context, depth: context.depth + 1 };
  return { ...context, decodeGraph: (field) => decodeGraph(inner, field) };
}

/** An If in a Loop in an If is already more than exporters write. */
const mostGraphDepth = 8;
const mostInputs = 65_536;

/** A GraphProto. */
export function decodeGraph(context: GraphContext, field: ProtobufField): OnnxGraph {
  if (context.depth > mostGraphDepth)
    throw new OnnxProblem('M253', `its graphs are nested more than ${mostGraphDepth} deep.`);
  const { reader, ownFile } = context;
  let graphName = '';
  const nodes: OnnxNode[] = [];
  const initializers: OnnxInitializer[] = [];
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  const valueInfos: OnnxValueInfo[] = [];
  for (const part of reader.fields(field, 'a graph')) {
    switch (part.number) {
      case 1:
        nodes.push(decodeNode(context, part));
        break;
      case 2:
        graphName = reader.name(part, 'the name of a graph');
        break;
      case 5:
        initializers.push(decodeTensor(reader, part, ownFile, 'an initializer'));
        break;
      case 11:
        inputs.push(decodeValueInfo(reader, part));
        break;
      case 12:
        outputs.push(decodeValueInfo(reader, part));
        break;
      case 13:
        valueInfos.push(decodeValueInfo(reader, part));
        break;
      case 15:
        throw new OnnxProblem('M256', 'it has sparse initializers, which are not supported.');
    }
  }
  return { graphName, nodes, initializers, inputs, outputs, valueInfos };
}

function decodeNode(context: GraphContext, field: ProtobufField): OnnxNode {
  const { reader } = context;
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Record<string, OnnxAttribute> = {};
  let name = '';
  let op = '';
  let domain = '';
  let overload = '';
  let modulePath: string | undefined;
  for (const part of reader.fields(field, 'a node')) {
    switch (part.number) {
      case 1:
        inputs.push(reader.name(part, 'an input of a node'));
        break;
      case 2:
        outputs.push(reader.name(part, 'an output of a node'));
        break;
      case 3:
        name = reader.name(part, 'the name of a node');
        break;
      case 4:
        op = reader.name(part, 'the operator of a node');
        break;
      case 5: {
        const [key, attribute] = decodeAttribute(within(context), part);
        if (Object.hasOwn(attributes, key))
          throw new OnnxProblem('M255', `the node ${JSON.stringify(name)} has the attribute ${key} twice.`);
        define(attributes, key, attribute);
        break;
      }
      case 7:
        domain = standardised(reader.name(part, 'the domain of a node'));
        break;
      case 8:
        overload = reader.name(part, 'the overload of a node');
        break;
      case 9: {
        const [key, value] = decodePair(reader, part, 'the metadata of a node');
        if (key === 'pkg.torch.onnx.name_scopes') modulePath = innermostScope(value);
        break;
      }
    }
  }
  if (op === '') throw new OnnxProblem('M255', `the node ${JSON.stringify(name)} names no operator.`);
  if (inputs.length + outputs.length > mostInputs)
    throw new OnnxProblem('M253', `the node ${JSON.stringify(name)} has ${inputs.length} inputs.`);
  return {
    name,
    op,
    ...(domain !== '' && { domain }),
    ...(overload !== '' && { overload }),
    ...(modulePath !== undefined && { modulePath }),
    inputs,
    outputs,
    attributes,
  };
}

/** Of `['', 'model', 'model.layers.0', 'linear_3']` the module that holds the operation, which comes last. */
function innermostScope(scopes: string): string | undefined {
  const names = [...scopes.matchAll(/'([^']*)'/g)].map((match) => match[1]);
  return names.at(-2) || undefined;
}

/** A FunctionProto. */
export function decodeFunction(context: GraphContext, field: ProtobufField): OnnxFunction {
  const { reader } = context;
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: string[] = [];
  const attributeDefaults: Record<string, OnnxAttribute> = {};
  const nodes: OnnxNode[] = [];
  const opsets: Record<string, number> = {};
  const names = { name: '', domain: '', overload: '' };
  for (const part of reader.fields(field, 'a function')) {
    switch (part.number) {
      case 1:
        names.name = reader.name(part, 'the name of a function');
        break;
      case 4:
        inputs.push(reader.name(part, 'an input of a function'));
        break;
      case 5:
        outputs.push(reader.name(part, 'an output of a function'));
        break;
      case 6:
        attributes.push(reader.name(part, 'an attribute of a function'));
        break;
      case 7:
        nodes.push(decodeNode(context, part));
        break;
      case 9: {
        const [domain, version] = decodeOpset(reader, part);
        define(opsets, domain, version);
        break;
      }
      case 10:
        names.domain = standardised(reader.name(part, 'the domain of a function'));
        break;
      case 11: {
        const [key, attribute] = decodeAttribute(within(context), part);
        define(attributeDefaults, key, attribute);
        break;
      }
      case 13:
        names.overload = reader.name(part, 'the overload of a function');
        break;
    }
  }
  return { ...names, inputs, outputs, attributes, attributeDefaults, nodes, opsets };
}

/** A ValueInfoProto with its TypeProto. */
function decodeValueInfo(reader: MessageReader, field: ProtobufField): OnnxValueInfo {
  let info: OnnxValueInfo = { name: '' };
  for (const part of reader.fields(field, 'the description of a value')) {
    if (part.number === 1) info = { ...info, name: reader.name(part, 'the name of a value') };
    if (part.number === 2) info = { ...info, ...decodeType(reader, part) };
  }
  return info;
}

function decodeType(reader: MessageReader, field: ProtobufField): Partial<OnnxValueInfo> {
  const what = 'the type of a value';
  let result: Partial<OnnxValueInfo> = {};
  for (const part of reader.fields(field, what)) {
    if (part.number === 1) result = decodeTensorType(reader, part);
    else if (part.number !== 6) result = { otherType: reader.bytes(field, what) };
  }
  return result;
}

function decodeTensorType(reader: MessageReader, field: ProtobufField): Partial<OnnxValueInfo> {
  const what = 'the type of a tensor';
  let result: Partial<OnnxValueInfo> = {};
  for (const part of reader.fields(field, what)) {
    if (part.number === 1) {
      const number = reader.smallInteger(part, what);
      if (number !== 0) result = { ...result, type: onnxTypeNumbered(number, what) };
    }
    if (part.number !== 2) continue;
    const shape: (number | string)[] = [];
    for (const dimension of reader.fields(part, 'a shape'))
      if (dimension.number === 1) shape.push(decodeDimension(reader, dimension));
    result = { ...result, shape };
  }
  return result;
}

function decodeDimension(reader: MessageReader, field: ProtobufField): number | string {
  let size: number | string = '';
  for (const part of reader.fields(field, 'a dimension')) {
    if (part.number === 2) size = reader.name(part, 'the name of a dimension');
    if (part.number !== 1) continue;
    const value = reader.integer(part, 'a dimension');
    // Some exporters write -1 for what is known at run time only.
    size = typeof value === 'bigint' || value < 0 ? '' : value;
  }
  return size;
}

/** Sets a key whatever it is called; assigning to `__proto__` would do something else. */
function define<T>(record: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}
