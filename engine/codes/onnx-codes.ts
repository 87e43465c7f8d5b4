import type { CodeFacts } from './index.ts';

/** ONNX models: the file itself, the data beside it, and what of its graph can be evaluated. */
export const onnxCodes = {
  M250: { token: 'ONNX-TRUNCATED', title: 'A part of the ONNX file claims more bytes than there are' },
  M251: { token: 'ONNX-NUMBER', title: 'A number in the ONNX file is longer than 64 bits or out of range' },
  M252: {
    token: 'ONNX-WIRE-TYPE',
    title: 'A field of the ONNX file is stored in a form that the format does not allow',
  },
  M253: { token: 'ONNX-LIMIT', title: 'The ONNX file is larger or more deeply nested than is read' },
  M254: { token: 'ONNX-TEXT', title: 'A text in the ONNX file is not valid UTF-8' },
  M255: { token: 'ONNX-STRUCTURE', title: 'The file is no usable ONNX model' },
  M256: { token: 'ONNX-TENSOR', title: 'A tensor of the ONNX model does not fit its shape and element type' },
  M257: {
    token: 'EXTERNAL-DATA-LOCATION',
    title: 'External data of the ONNX model is named by a path that is not allowed',
  },
  M258: {
    token: 'EXTERNAL-DATA-ESCAPES',
    title: "External data of the ONNX model lies outside the model's folder",
  },
  M259: { token: 'EXTERNAL-DATA-FILE', title: 'A file with external data is missing or is not a plain file' },
  M260: { token: 'EXTERNAL-DATA-RANGE', title: 'External data of the ONNX model lies outside its file' },
  M261: { token: 'MEMORY-ADDRESS', title: 'The ONNX model names an address in memory instead of a file' },
  M262: {
    token: 'OPERATOR-UNKNOWN',
    title: 'The ONNX model uses operators that need a library of their own',
  },
  M263: { token: 'ONNX-INPUT-UNKNOWN', title: 'The ONNX model has an input that cannot be supplied' },
  M264: { token: 'ONNX-LOGITS-MISSING', title: 'The ONNX model gives no scores over its vocabulary' },
  M265: {
    token: 'ONNX-SIZES-UNKNOWN',
    title: 'The vocabulary or the context length of the ONNX model is unknown',
  },
  M266: { token: 'ONNX-CHOICE', title: 'The folder holds several ONNX models, and none is the obvious one' },
  M267: { token: 'ONNX-PARTS', title: 'The parts of an ONNX model cannot be put together' },
  M268: { token: 'ONNX-HEAD-WHOLE', title: 'The ONNX model computes the scores of all positions' },
  M269: { token: 'ONNX-OPSET', title: 'The ONNX model is written for operators that are too old' },
} as const satisfies Record<string, CodeFacts>;
