import { attributeTypes } from './decode-attribute.ts';
import {
  type OnnxAttribute,
  type OnnxFunction,
  type OnnxGraph,
  type OnnxInitializer,
  type OnnxModel,
  type OnnxNode,
  type OnnxValueInfo,
  onnxTypes,
} from './onnx-model.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** IR version 8 knows everything we use, and every ONNX Runtime that can be met reads it. */
const ownIrVersion = 8;

/**
 * Serializes a model as a ModelProto. The field numbers are those of onnx.proto3 of the ONNX specification.
 *
 * @example await runtime.open({ model: writeOnnxModel(model), weightsFolder })
 */
export function writeOnnxModel(model: OnnxModel): Uint8Array {
  const proto = new ProtobufWriter()
    .integer(1, model.irVersion ?? ownIrVersion)
    .string(2, 'invarlock')
    .message(7, (graph) => writeGraph(graph, model));
  const opsets = { '': model.opset, ...model.domains };
  for (const [domain, version] of Object.entries(opsets)) writeOpset(proto, 8, domain, version);
  for (const [key, value] of Object.entries(model.metadata ?? {})) writePair(proto, 14, key, value);
  for (const body of model.functions ?? []) proto.message(25, (inner) => writeFunction(inner, body));
  return proto.finish();
}

function writeGraph(graph: ProtobufWriter, model: OnnxGraph): void {
  for (const node of model.nodes) graph.message(1, (proto) => writeNode(proto, node));
  graph.string(2, model.graphName);
  for (const initializer of model.initializers) graph.message(5, (proto) => writeTensor(proto, initializer));
  for (const input of model.inputs) graph.message(11, (proto) => writeValueInfo(proto, input));
  for (const output of model.outputs) graph.message(12, (proto) => writeValueInfo(proto, output));
  for (const info of model.valueInfos ?? []) graph.message(13, (proto) => writeValueInfo(proto, info));
}

function writeNode(proto: ProtobufWriter, node: OnnxNode): void {
  for (const name of node.inputs) proto.string(1, name);
  for (const name of node.outputs) proto.string(2, name);
  proto.string(3, node.name).string(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) writeAttribute(proto, 5, name, attribute);
  if (node.domain !== undefined) proto.string(7, node.domain);
  if (node.overload !== undefined) proto.string(8, node.overload);
  if (node.modulePath !== undefined)
    writePair(proto, 9, 'pkg.torch.onnx.name_scopes', `['', '${node.modulePath}', '${node.name}']`);
}

function writeFunction(proto: ProtobufWriter, body: OnnxFunction): void {
  proto.string(1, body.name);
  for (const name of body.inputs) proto.string(4, name);
  for (const name of body.outputs) proto.string(5, name);
  for (const name of body.attributes) proto.string(6, name);
  for (const node of body.nodes) proto.message(7, (inner) => writeNode(inner, node));
  for (const [domain, version] of Object.entries(body.opsets)) writeOpset(proto, 9, domain, version);
  proto.string(10, body.domain);
  for (const [name, attribute] of Object.entries(body.attributeDefaults))
    writeAttribute(proto, 11, name, attribute);
  if (body.overload !== '') proto.string(13, body.overload);
}

function writeAttribute(parent: ProtobufWriter, field: number, name: string, attribute: OnnxAttribute): void {
  if (attribute.kind === 'opaque') {
    parent.bytes(field, attribute.proto);
    return;
  }
  parent.message(field, (proto) => {
    proto.string(1, name);
    writeAttributeValue(proto, attribute);
    if (attribute.kind === 'reference') proto.integer(20, attribute.type).string(21, attribute.to);
    else proto.integer(20, attributeTypes[attribute.kind]);
  });
}

function writeAttributeValue(
  proto: ProtobufWriter,
  attribute: Exclude<OnnxAttribute, { kind: 'opaque' }>,
): void {
  switch (attribute.kind) {
    case 'float':
      proto.float(2, attribute.value);
      return;
    case 'int':
      proto.integer(3, attribute.value);
      return;
    case 'string':
      proto.bytes(4, attribute.value);
      return;
    case 'tensor':
      proto.message(5, (inner) => writeTensor(inner, attribute.value));
      return;
    case 'graph':
      proto.message(6, (inner) => writeGraph(inner, attribute.value));
      return;
    case 'floats':
      for (const value of attribute.value) proto.float(7, value);
      return;
    case 'ints':
      for (const value of attribute.value) proto.integer(8, value);
      return;
    case 'strings':
      for (const value of attribute.value) proto.bytes(9, value);
      return;
  }
}

function writeTensor(proto: ProtobufWriter, tensor: OnnxInitializer): void {
  for (const size of tensor.shape) proto.integer(1, size);
  proto.integer(2, onnxTypes[tensor.type]).string(8, tensor.name);
  switch (tensor.kind) {
    case 'inline':
      proto.bytes(9, tensor.bytes);
      return;
    case 'texts':
      for (const value of tensor.values) proto.bytes(6, value);
      return;
    case 'external':
      writePair(proto, 13, 'location', tensor.location);
      writePair(proto, 13, 'offset', String(tensor.offset));
      writePair(proto, 13, 'length', String(tensor.lengthBytes));
      proto.integer(14, 1);
  }
}

function writeValueInfo(proto: ProtobufWriter, info: OnnxValueInfo): void {
  const { name, type, shape, otherType } = info;
  proto.string(1, name);
  if (otherType) proto.bytes(2, otherType);
  else if (type) {
    proto.message(2, (outer) =>
      outer.message(1, (tensor) => {
        tensor.integer(1, onnxTypes[type]);
        if (shape) tensor.message(2, (inner) => writeShape(inner, shape));
      }),
    );
  }
}

function writeShape(proto: ProtobufWriter, shape: readonly (number | string)[]): void {
  for (const size of shape) {
    proto.message(1, (dimension) => {
      if (typeof size === 'number') dimension.integer(1, size);
      else if (size !== '') dimension.string(2, size);
    });
  }
}

function writeOpset(parent: ProtobufWriter, field: number, domain: string, version: number): void {
  parent.message(field, (opset) => opset.string(1, domain).integer(2, version));
}

function writePair(parent: ProtobufWriter, field: number, key: string, value: string): void {
  parent.message(field, (pair) => pair.string(1, key).string(2, value));
}
