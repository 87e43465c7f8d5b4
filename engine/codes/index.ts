import { configCodes } from './config-codes.ts';
import { dataCodes } from './data-codes.ts';
import { doctorCodes } from './doctor-codes.ts';
import { editCodes } from './edit-codes.ts';
import { hubCodes } from './hub-codes.ts';
import { modelCodes } from './model-codes.ts';
import { onnxCodes } from './onnx-codes.ts';
import { packedCodes } from './packed-codes.ts';
import { referenceCodes } from './reference-codes.ts';
import { runtimeCodes } from './runtime-codes.ts';
import { shardCodes } from './shard-codes.ts';
import { usageCodes } from './usage-codes.ts';
import { verifyCodes } from './verify-codes.ts';
import { weightFileCodes } from './weight-file-codes.ts';

/** What is known about a diagnostic code. Every code has a page `docs/codes/<code>.md`; a test walks this table. */
export interface CodeFacts {
  /** Short name in capitals, stable, for logs and the JSON envelopes. */
  readonly token: string;
  /** One line for lists and hovers. */
  readonly title: string;
}

/**
 * Every diagnostic code of the product, by area. Codes are never reused or renumbered.
 *
 * E001–E801 and D001–D013 are the reference's (spec 01 §4.1 and §5). Ours: C1xx configuration, M2xx model folders,
 * T3xx tokenizer and data, H8xx the Hugging Face Hub, R4xx runtime, V5xx verify, X6xx edits, U7xx usage and artifacts.
 */
export const codes = {
  ...referenceCodes,
  ...doctorCodes,
  ...configCodes,
  ...modelCodes,
  ...onnxCodes,
  ...weightFileCodes,
  ...packedCodes,
  ...dataCodes,
  ...hubCodes,
  ...runtimeCodes,
  ...verifyCodes,
  ...editCodes,
  ...usageCodes,
  ...shardCodes,
} as const satisfies Record<string, CodeFacts>;

export type DiagnosticCode = keyof typeof codes;

/** Where the page of a code is, for humans and for editors. */
export function docsUrl(code: DiagnosticCode): string {
  return `https://github.com/invarlock/invarlock-vscode/blob/main/docs/codes/${code}.md`;
}
