import {
  type OnnxAttribute,
  type OnnxInitializer,
  type OnnxModel,
  type OnnxValueInfo,
  onnxTypes,
} from './onnx-model.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** IR version 8 knows everything we use, and every ONNX Runtime that can be met reads it. */
const irVersion = 8;

/**
 * Serializes a model as a ModelProto. The field numbers are those of onnx.proto3 of the ONNX specification.
 *
 * @example await runtime.open({ model: writeOnnxModel(model), weightsFolder })
 */
export function writeOnnxModel(model: OnnxModel): Uint8Array {
  return new ProtobufWriter()
    .integer(1, irVersion)
    .string(2, 'invarlock')
    .message(7, (graph) => writeGraph(graph, model))
    .message(8, (opset) => opset.string(1, '').integer(2, model.opset))
    .finish();
}

function writeGraph(graph: ProtobufWriter, model: OnnxModel): void {
  for (const node of model.nodes) {
    graph.message(1, (proto) => {
      for (const name of node.inputs) proto.string(1, name);
      for (const name of node.outputs) proto.string(2, name);
      proto.string(3, node.name).string(4, node.op);
      for (const [name, attribute] of Object.entries(node.attributes)) {
        proto.message(5, (inner) => writeAttribute(inner, name, attribute));
      }
    });
  }
  graph.string(2, model.graphName);
  for (const initializer of model.initializers)
    graph.message(5, (proto) => writeInitializer(proto, initializer));
  for (const input of model.inputs) graph.message(11, (proto) => writeValueInfo(proto, input));
  for (const output of model.outputs) graph.message(12, (proto) => writeValueInfo(proto, output));
}

function writeAttribute(proto: ProtobufWriter, name: string, attribute: OnnxAttribute): void {
  proto.string(1, name);
  switch (attribute.kind) {
    case 'float':
      proto.float(2, attribute.value).integer(20, 1);
      return;
    case 'int':
      proto.integer(3, attribute.value).integer(20, 2);
      return;
    case 'ints':
      for (const value of attribute.value) proto.integer(8, value);
      proto.integer(20, 7);
      return;
  }
}

function writeInitializer(proto: ProtobufWriter, initializer: OnnxInitializer): void {
  for (const size of initializer.shape) proto.integer(1, size);
  proto.integer(2, onnxTypes[initializer.type]).string(8, initializer.name);
  if (initializer.kind === 'inline') {
    proto.bytes(9, initializer.bytes);
    return;
  }
  const pairs = {
    location: initializer.location,
    offset: String(initializer.offset),
    length: String(initializer.lengthBytes),
  };
  for (const [key, value] of Object.entries(pairs))
    proto.message(13, (pair) => pair.string(1, key).string(2, value));
  proto.integer(14, 1);
}

function writeValueInfo(proto: ProtobufWriter, info: OnnxValueInfo): void {
  proto.string(1, info.name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.integer(1, onnxTypes[info.type]).message(2, (shape) => {
        for (const size of info.shape) {
          shape.message(1, (dimension) =>
            typeof size === 'number' ? dimension.integer(1, size) : dimension.string(2, size),
          );
        }
      }),
    ),
  );
}
