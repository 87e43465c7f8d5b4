import { decodeFunction, decodeGraph, type GraphContext } from './decode-graph.ts';
import { decodeOpset } from './decode-opset.ts';
import { decodePair } from './decode-tensor.ts';
import { MessageReader } from './message-reader.ts';
import type { OnnxFunction, OnnxGraph, OnnxModel } from './onnx-model.ts';
import { OnnxProblem } from './onnx-problem.ts';
import type { FieldBudget, ProtobufField } from './protobuf-fields.ts';

/**
 * A ModelProto as plain data. `ownFile` is the name of the file that it stands in, where large tensors stay. Training
 * information and texts for people are left out. Field numbers are those of onnx.proto3.
 */
export function decodeModel(
  fields: readonly ProtobufField[],
  ownFile: string,
  budget: FieldBudget,
): OnnxModel {
  const context: GraphContext = { reader: new MessageReader(budget), ownFile, depth: 0 };
  const { reader } = context;
  let graph: OnnxGraph | undefined;
  let irVersion = 0;
  const opsets: Record<string, number> = {};
  const functions: OnnxFunction[] = [];
  const metadata: Record<string, string> = {};
  for (const field of fields) {
    switch (field.number) {
      case 1:
        irVersion = reader.smallInteger(field, 'ir_version');
        break;
      case 7:
        if (graph) throw new OnnxProblem('M255', 'it has more than one graph.');
        graph = decodeGraph(context, field);
        break;
      case 8: {
        const [domain, version] = decodeOpset(reader, field);
        opsets[domain] = version;
        break;
      }
      case 14: {
        const [key, value] = decodePair(reader, field, 'the metadata');
        metadata[key] = value;
        break;
      }
      case 25:
        functions.push(decodeFunction(context, field));
        break;
    }
  }
  if (!graph) throw new OnnxProblem('M255', 'it has no graph. Is this an ONNX model?');
  const { '': opset, ...domains } = opsets;
  if (opset === undefined)
    throw new OnnxProblem('M255', 'it does not say which version of the operators it uses.');
  return { ...graph, irVersion, opset, domains, functions, metadata };
}
