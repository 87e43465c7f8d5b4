import type { DiagnosticCode } from '../../codes/index.ts';

/** What makes a file unreadable as ONNX. Thrown inside the reader only; `readOnnxFile` turns it into a finding. */
export class OnnxProblem extends Error {
  readonly code: DiagnosticCode;

  constructor(code: DiagnosticCode, message: string) {
    super(message);
    this.code = code;
  }
}
