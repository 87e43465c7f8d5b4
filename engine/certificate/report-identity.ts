import { createHash } from 'node:crypto';
import { objectAt, valueAt } from '../core/json-access.ts';
import { canonicalJson } from '../core/python-json.ts';
import { blake2s } from '../digests/blake2.ts';
import { reportVolatilePointers } from '../report/report-schema.ts';
import { without } from './integrity.ts';

/** The id of a run: what it was given, else 16 hex digits over start time, model and commit (spec 04 §5.4). */
export function runId(meta: Readonly<Record<string, unknown>>): string {
  if (typeof meta.run_id === 'string' && meta.run_id !== '') return meta.run_id;
  const time = pythonText(meta.ts ?? meta.start_time, '');
  const model = pythonText(meta.model_id, 'unknown');
  const commit = pythonText(meta.commit ?? meta.commit_sha, '').slice(0, 16);
  return sha256(time + model + commit).slice(0, 16);
}

/** The reference's digest of a report: six labels, no results (spec 04 CQ-15). Kept for interchange. */
export function reportHash(report: unknown): string {
  const pick = (block: string, keys: readonly string[]) =>
    Object.fromEntries(keys.map((key) => [key, valueAt(report, block, key) ?? null]));
  const labels = {
    meta: pick('meta', ['model_id', 'adapter', 'commit', 'ts']),
    edit: pick('edit', ['name', 'plan_digest']),
    metrics: {
      spectral_caps: valueAt(report, 'metrics', 'spectral', 'caps_applied') ?? null,
      rmt_outliers: valueAt(report, 'metrics', 'rmt', 'outliers') ?? null,
    },
  };
  return sha256(canonicalJson(labels, 'A')).slice(0, 16);
}

/** SHA-256 over everything in a report that two runs on the same inputs share: data, results and settings (CQ-15). */
export function reportContentSha256(report: unknown): string {
  const content = reportVolatilePointers.reduce<unknown>(
    (rest, pointer) => without(rest, pointer.slice(1).split('/')),
    report,
  );
  return sha256(canonicalJson(content, 'A'));
}

export interface EditDigest {
  readonly family: 'quantization' | 'cert_only';
  readonly impl_hash: string;
  readonly version: 1;
}

/** Fingerprint of the edit; for round-to-nearest it covers the recorded settings (spec 04 §5.4, CQ-19). */
export function editDigest(edit: unknown): EditDigest {
  if (valueAt(edit, 'name') !== 'quant_rtn') {
    return { family: 'cert_only', impl_hash: hashJson({ family: 'cert_only' }), version: 1 };
  }
  const config = objectAt(edit, 'config') ?? {};
  return { family: 'quantization', impl_hash: hashJson({ config, name: 'quant_rtn' }), version: 1 };
}

/** Form C, BLAKE2s-32 (spec 04 §5.4). */
function hashJson(value: unknown): string {
  return blake2s(32, new TextEncoder().encode(canonicalJson(value, 'C')));
}

/** A value as Python's `str` gives it: an explicit null is the text None, as in the reference's ids. */
function pythonText(value: unknown, missing: string): string {
  if (value === undefined) return missing;
  if (value === null) return 'None';
  return typeof value === 'number' ? canonicalJson(value, 'A') : String(value);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
