import { numberAt, textAt } from '../core/json-access.ts';
import type { FactRow } from './certificate-view.ts';
import { hubText } from './hub-text.ts';
import { weightChangesText } from './weight-changes-text.ts';

/** What was certified, and on what. */
export function factRows(certificate: unknown): readonly FactRow[] {
  const windows = ['preview', 'final'].map((arm) =>
    countText(numberAt(certificate, 'dataset', 'windows', arm)),
  );
  return rows([
    ['Subject', textAt(certificate, 'meta', 'model_id')],
    ['Baseline', textAt(certificate, 'baseline_ref', 'model_id')],
    ['Subject from', hubText(certificate, 'meta', 'hub')],
    ['Baseline from', hubText(certificate, 'baseline_ref', 'hub')],
    ['Edit', textAt(certificate, 'edit', 'name')],
    ['Profile', textAt(certificate, 'meta', 'profile')],
    ['Tier', textAt(certificate, 'auto', 'tier')],
    ['Device', textAt(certificate, 'meta', 'device')],
    ['Adapter', textAt(certificate, 'meta', 'adapter')],
    [
      'Dataset',
      [textAt(certificate, 'dataset', 'provider'), textAt(certificate, 'dataset', 'split')]
        .filter(Boolean)
        .join(', '),
    ],
    ['Data from', hubText(certificate, 'dataset', 'hub')],
    [
      'Windows',
      `${windows.join(' preview, ')} final, ${countText(numberAt(certificate, 'dataset', 'seq_len'))} tokens each`,
    ],
    ['Tokens', tokenText(certificate)],
    ['Seed', numberText(numberAt(certificate, 'meta', 'seed'))],
    [
      'Replicates',
      numberText(numberAt(certificate, 'dataset', 'windows', 'stats', 'bootstrap', 'replicates')),
    ],
    ['Parameters changed', countTextOrNothing(numberAt(certificate, 'structure', 'params_changed'))],
    ['Layers changed', numberText(numberAt(certificate, 'structure', 'layers_modified'))],
    ['Weights changed', weightChangesText(certificate)],
  ]);
}

/** Where it came from, and the digests that tie it to its inputs. */
export function provenanceRows(certificate: unknown): readonly FactRow[] {
  return rows([
    ['Certificate run', textAt(certificate, 'run_id')],
    ['Baseline run', textAt(certificate, 'baseline_ref', 'run_id')],
    ['Made at', textAt(certificate, 'artifacts', 'generated_at')],
    ['Tool version', textAt(certificate, 'meta', 'invarlock_version')],
    ['Tokenizer', textAt(certificate, 'meta', 'tokenizer_hash')],
    ['Preview windows', textAt(certificate, 'dataset', 'hash', 'preview')],
    ['Final windows', textAt(certificate, 'dataset', 'hash', 'final')],
    ['Window ids', textAt(certificate, 'provenance', 'provider_digest', 'ids_sha256')],
    ['Policy', textAt(certificate, 'policy_provenance', 'policy_digest')],
    ['Thresholds', textAt(certificate, 'policy_digest', 'thresholds_hash')],
    ['Baseline report', textAt(certificate, 'provenance', 'baseline', 'report_content_sha256')],
    ['Subject report', textAt(certificate, 'provenance', 'edited', 'report_content_sha256')],
    ['Certificate digest', textAt(certificate, 'integrity', 'sha256')],
  ]);
}

function rows(pairs: readonly (readonly [string, string | undefined])[]): FactRow[] {
  return pairs.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value }]));
}

function tokenText(certificate: unknown): string | undefined {
  const preview = numberAt(certificate, 'telemetry', 'preview_total_tokens');
  const final = numberAt(certificate, 'telemetry', 'final_total_tokens');
  if (preview === undefined || final === undefined) return undefined;
  return `${countText(preview)} preview, ${countText(final)} final`;
}

function numberText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function countTextOrNothing(value: number | undefined): string | undefined {
  return value === undefined ? undefined : countText(value);
}

/** Thousands separators without a locale, so that every machine writes the same bytes. */
export function countText(value: number | undefined): string {
  if (value === undefined) return '?';
  return String(Math.trunc(value)).replaceAll(/\B(?=(\d{3})+$)/gu, ',');
}
