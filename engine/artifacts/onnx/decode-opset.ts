import type { MessageReader } from './message-reader.ts';
import type { ProtobufField } from './protobuf-fields.ts';

/** An OperatorSetIdProto; `ai.onnx` is another name of the standard domain. */
export function decodeOpset(reader: MessageReader, field: ProtobufField): readonly [string, number] {
  let domain = '';
  let version = 0;
  for (const part of reader.fields(field, 'an opset import')) {
    if (part.number === 1) domain = reader.name(part, 'the domain of an opset import');
    if (part.number === 2) version = reader.smallInteger(part, 'the version of an opset import');
  }
  return [standardised(domain), version];
}

export function standardised(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}
