import { isObject, listAt, numberAt, objectAt, textAt, valueAt } from '../core/json-access.ts';
import type { DetailSection, FactRow } from './certificate-view.ts';
import { countText } from './certificate-view-facts.ts';
import { weightSection } from './certificate-view-weights.ts';
import { packedWeightsText } from './packed-weights-text.ts';
import { presentRows } from './present-rows.ts';

/** The rest of the certificate, for the long forms (spec 04 §7.2). A section without rows is left out. */
export function detailSections(certificate: unknown): readonly DetailSection[] {
  const sections: DetailSection[] = [
    { title: 'Model Information', rows: modelRows(certificate) },
    weightSection(certificate),
    { title: 'Auto-Tuning Configuration', rows: tuningRows(certificate) },
    { title: 'Dataset and Provenance', rows: datasetRows(certificate) },
    { title: 'System Overhead', rows: overheadRows(certificate) },
    { title: 'Structural Changes', rows: structureRows(certificate) },
    { title: 'Policy Configuration', rows: policyRows(certificate) },
    { title: 'Artifacts', rows: artifactRows(certificate) },
  ];
  return sections.filter(({ rows }) => rows.length > 0);
}

function modelRows(certificate: unknown): FactRow[] {
  const meta = (key: string) => textAt(certificate, 'meta', key);
  return presentRows([
    ['Model', meta('model_id')],
    ['Adapter', meta('adapter')],
    ['Device', meta('device')],
    ['Packed weights', packedWeightsText(certificate)],
    ['Timestamp', meta('ts')],
    ['Commit', meta('commit')?.slice(0, 12)],
    ['Family', textAt(certificate, 'meta', 'model_profile', 'family')],
    ['Seeds', flat(valueAt(certificate, 'meta', 'seeds'))],
    ['Determinism', textAt(certificate, 'meta', 'determinism', 'level')],
    ['Environment', flat(valueAt(certificate, 'meta', 'env_flags'))],
  ]);
}

function tuningRows(certificate: unknown): FactRow[] {
  const tier = textAt(certificate, 'auto', 'tier');
  if (tier === undefined || tier === 'none') return [];
  return presentRows([
    ['Tier', tier],
    ['Probes', number(certificate, 'auto', 'probes_used')],
    ['Target ratio', number(certificate, 'auto', 'target_pm_ratio')],
    [
      'Tiny relax',
      valueAt(certificate, 'auto', 'tiny_relax') === true ? 'on: limits were relaxed' : undefined,
    ],
  ]);
}

function datasetRows(certificate: unknown): FactRow[] {
  const stats = objectAt(certificate, 'dataset', 'windows', 'stats');
  const tokenizer = objectAt(certificate, 'dataset', 'tokenizer');
  const vocabulary = numberAt(tokenizer, 'vocab_size');
  const pairing = textAt(stats, 'pairing');
  const pairs = numberAt(stats, 'paired_baseline_windows') ?? numberAt(stats, 'paired_windows');
  return presentRows([
    ['Provider', textAt(certificate, 'dataset', 'provider')],
    ['Split', textAt(certificate, 'dataset', 'split')],
    ['Window length', number(certificate, 'dataset', 'seq_len')],
    ['Stride', number(certificate, 'dataset', 'stride')],
    ['Pairing', pairing === undefined ? undefined : `${pairing}, ${pairs ?? '?'} windows`],
    ['Window match', number(stats, 'window_match_fraction')],
    ['Window overlap', number(stats, 'window_overlap_fraction')],
    ['Bootstrap', flat(pick(valueAt(stats, 'bootstrap'), ['method', 'replicates', 'alpha', 'seed']))],
    ['Tokenizer', textAt(tokenizer, 'name')],
    ['Vocabulary', vocabulary === undefined ? undefined : countText(vocabulary)],
    ['Dataset digest', textAt(certificate, 'dataset', 'hash', 'dataset')],
  ]);
}

function overheadRows(certificate: unknown): FactRow[] {
  const overhead = objectAt(certificate, 'system_overhead') ?? {};
  return presentRows(
    Object.entries(overhead).map(([name, entry]) => {
      const parts = ['edited', 'baseline', 'delta', 'ratio'].flatMap((key) => {
        const value = numberAt(entry, key);
        return value === undefined ? [] : [`${key} ${value.toFixed(3)}`];
      });
      return [
        name,
        parts.length > 0 ? parts.join(', ') : typeof entry === 'number' ? String(entry) : undefined,
      ];
    }),
  );
}

function structureRows(certificate: unknown): FactRow[] {
  const changed = numberAt(certificate, 'structure', 'params_changed');
  return presentRows([
    ['Parameters changed', changed === undefined ? undefined : countText(changed)],
    ['Layers changed', number(certificate, 'structure', 'layers_modified')],
    ['Sparsity', number(certificate, 'structure', 'sparsity')],
    ['Edit settings', flat(pick(valueAt(certificate, 'edit'), ['algorithm', 'scope', 'plan_digest']))],
    ['Outcome', textAt(certificate, 'structure', 'compression_diagnostics', 'execution_status')],
  ]);
}

function policyRows(certificate: unknown): FactRow[] {
  const overrides = listAt(certificate, 'policy_provenance', 'overrides') ?? [];
  const metrics = objectAt(certificate, 'resolved_policy', 'metrics') ?? {};
  return presentRows([
    ['Tier', textAt(certificate, 'policy_provenance', 'tier')],
    ['Digest', textAt(certificate, 'policy_provenance', 'policy_digest')],
    ['Overrides', overrides.length === 0 ? undefined : overrides.map(String).join(', ')],
    ['Tiers file', tiersFile(certificate)],
    ['Resolved at', textAt(certificate, 'policy_provenance', 'resolved_at')],
    ...Object.entries(metrics).map(([name, section]) => [name, flat(section)] as const),
  ]);
}

function tiersFile(certificate: unknown): string | undefined {
  const name = textAt(certificate, 'policy_provenance', 'tiers_file', 'name');
  const sha256 = textAt(certificate, 'policy_provenance', 'tiers_file', 'sha256');
  return name === undefined || sha256 === undefined ? undefined : `${name} (sha256 ${sha256.slice(0, 16)}…)`;
}

function artifactRows(certificate: unknown): FactRow[] {
  return presentRows([
    ['Events', textAt(certificate, 'artifacts', 'events_path')],
    ['Report', textAt(certificate, 'artifacts', 'report_path')],
    ['Generated at', textAt(certificate, 'artifacts', 'generated_at')],
  ]);
}

function number(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = numberAt(value, ...keys);
  return found === undefined ? undefined : String(found);
}

function pick(value: unknown, keys: readonly string[]): unknown {
  return isObject(value)
    ? Object.fromEntries(keys.flatMap((key) => (key in value ? [[key, value[key]]] : [])))
    : undefined;
}

/** `key=value` pairs of an object's simple members. */
function flat(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const simple = Object.entries(value).filter(([, member]) =>
    ['string', 'number', 'boolean'].includes(typeof member),
  );
  return simple.map(([key, member]) => `${key}=${String(member)}`).join(', ');
}
