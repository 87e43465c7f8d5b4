import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import certificateSchema from '../../schemas/certificate.schema.json' with { type: 'json' };
import { volatilePointersOf } from '../core/volatile-pointers.ts';

export interface SchemaError {
  readonly pointer: string;
  readonly message: string;
}

/** Compiled when it is first asked for: that takes a good part of a start, and most commands see no certificate. */
let compiled: ValidateFunction | undefined;

function validator(): ValidateFunction {
  if (compiled) return compiled;
  // The schema has objects without a type on purpose: they only describe fields (spec 04 §3).
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false, allowUnionTypes: true });
  ajv.addKeyword('x-volatile');
  compiled = ajv.compile(certificateSchema);
  return compiled;
}

/** For a time in which there is nothing else to do; who checks a certificate need not have called it. */
export function prepareCertificateSchema(): void {
  validator();
}

/** Where a certificate deviates from schemas/certificate.schema.json; empty when it conforms. */
export function schemaErrors(certificate: unknown): readonly SchemaError[] {
  const validate = validator();
  if (validate(certificate)) return [];
  return (validate.errors ?? []).map((error) => ({ pointer: pointerOf(error), message: messageOf(error) }));
}

/**
 * Pointers of the fields that depend on the clock, the host, paths or durations: `x-volatile` in the schema, and
 * nowhere else (decisions: volatile fields).
 */
export const volatilePointers: readonly string[] = volatilePointersOf(certificateSchema);

function pointerOf(error: ErrorObject): string {
  const key: unknown = error.params.missingProperty ?? error.params.additionalProperty;
  return typeof key === 'string'
    ? `${error.instancePath}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    : error.instancePath;
}

function messageOf(error: ErrorObject): string {
  const where = pointerOf(error).slice(1).replaceAll('/', '.') || 'the document';
  switch (error.keyword) {
    case 'required':
      return `${where} is missing`;
    case 'additionalProperties':
      return `${where} is not a known field here`;
    case 'enum':
      return `${where} must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`;
    default:
      return `${where} ${error.message ?? 'is not valid'}`;
  }
}
