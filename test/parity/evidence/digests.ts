import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { datasetHashes } from '../../../engine/certificate/dataset-identity.ts';
import {
  policyDigest,
  thresholdsHash,
  variancePolicyDigest,
} from '../../../engine/certificate/policy-digests.ts';
import { editDigest, reportHash, runId } from '../../../engine/certificate/report-identity.ts';
import { overlayOf } from '../../../engine/config/profile-overlays.ts';
import { taggedValue } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { canonicalJson, pythonFloatText } from '../../../engine/core/python-json.ts';
import { fallbackTokenizerDigest } from '../../../engine/digests/fallback-tokenizer-digest.ts';
import { providerDigest } from '../../../engine/digests/provider-digest.ts';
import { jsonHash } from '../../../engine/digests/salted-hash.ts';
import { referenceTokenizerHash } from '../../../engine/digests/tokenizer-hash.ts';
import {
  datasetHash,
  maskPositionsDigest,
  scheduleDigest,
  sequenceHash,
} from '../../../engine/digests/window-digests.ts';
import { tokenListsHash, windowHash } from '../../../engine/digests/window-hash.ts';
import { contractHash, contractText } from '../../../engine/guards/common/measurement-contract.ts';
import { tailPolicyFrom } from '../../../engine/policy/tail-policy.ts';
import { type TierName, type TierPolicy, tierNamed, tierPolicies } from '../../../engine/policy/tiers.ts';
import { referencePolicy } from '../guards/reference-policy.ts';
import type { Golden, ParityFile } from '../parity-types.ts';
import { sectionCases } from './section-cases.ts';

/** Numbers as Python spells them, canonical texts, and every digest of the evidence (spec 04 §5). */
export const evidenceDigests: ParityFile = {
  companions: ['make-certificate'],
  cases: ({ json, folder }) => [
    ...sectionCases(json, 'python_float_repr', ['json_dumps'], ({ hex }) => ({
      json_dumps: pythonFloatText(Buffer.from(hex, 'hex').readDoubleBE()),
    })),
    ...sectionCases(json, 'number_format', ['.3f', '+.2f'], () => ({})),
    ...sectionCases(
      json,
      'canonical_json',
      [
        'default_sorted',
        'compact_sorted_ascii',
        'compact_sorted_unicode',
        'sha256_16_of_default',
        'sha256_16_of_compact_ascii',
        'blake2s_256_of_compact_unicode',
      ],
      ({ input_json_text: text }) => {
        const value = tagged(text);
        const [a, b] = [canonicalJson(value, 'A'), canonicalJson(value, 'B')];
        return {
          default_sorted: a,
          compact_sorted_ascii: b,
          compact_sorted_unicode: canonicalJson(value, 'C'),
          sha256_16_of_default: sha256(a),
          sha256_16_of_compact_ascii: sha256(b),
          blake2s_256_of_compact_unicode: jsonHash(value),
        };
      },
    ),
    ...sectionCases(json, 'hash_json', ['hash_json', 'hash_json_salt_x'], ({ input_json_text: text }) => ({
      hash_json: jsonHash(tagged(text)),
      hash_json_salt_x: jsonHash(tagged(text), 'x'),
    })),
    ...sectionCases(json, 'measurement_contract', ['canonical', 'digest'], ({ input_json_text: text }) => {
      const contract = tagged(text);
      const isContract = typeof contract === 'object' && contract !== null && !Array.isArray(contract);
      if (!isContract || Object.keys(contract).length === 0) return { canonical: null, digest: null };
      return { canonical: contractText(contract), digest: contractHash(contract) };
    }),
    ...sectionCases(json, 'window_ids_digest', ['window_ids_digest'], ({ window_ids: ids }) => ({
      window_ids_digest: scheduleDigest(ids),
    })),
    ...sectionCases(json, 'provider_digest', ['provider_digest'], ({ report }) => ({
      provider_digest:
        providerDigest(
          report.evaluation_windows ?? {},
          report.meta?.tokenizer_hash ?? report.data?.tokenizer_hash,
        ) ?? null,
    })),
    ...sectionCases(
      json,
      'sequence_hashes',
      ['hash_sequences_blake2s16', 'sha256_of_python_list_text'],
      ({ sequences }) => ({
        hash_sequences_blake2s16: sequenceHash(sequences),
        sha256_of_python_list_text: tokenListsHash(sequences),
      }),
    ),
    ...sectionCases(
      json,
      'dataset_hash',
      ['dataset_hash'],
      ({ preview_hash: preview, final_hash: final }) => ({
        dataset_hash: datasetHash(preview, final),
      }),
    ),
    ...sectionCases(json, 'evaluation_window_hash', ['structural', 'with_data'], (window) => {
      const arm = {
        inputIds: window.input_ids,
        attentionMasks: window.attention_masks,
        indices: window.indices,
      };
      return { structural: windowHash(arm, false), with_data: windowHash(arm, true) };
    }),
    ...sectionCases(json, 'dataset_hash_block', ['hash_block'], ({ report }) => ({
      hash_block: datasetHashes(report),
    })),
    ...sectionCases(json, 'run_id', ['run_id'], ({ meta }) => ({ run_id: runId(meta) })),
    ...sectionCases(json, 'report_hash', ['report_hash'], ({ report, canonical }) => ({
      // JSON has lost which numbers are floats; the canonical text still tells.
      report_hash: reportHash(withFloatsOf(report, tagged(canonical))),
    })),
    ...sectionCases(json, 'edit_digest', ['edit_digest'], ({ report }) => ({
      // A report of the reference may carry the edit under provenance.
      edit_digest: editDigest(report.edit ?? report.provenance?.edits),
    })),
    ...sectionCases(
      json,
      'tokenizer_digest',
      ['tokenizer_digest_sha256', 'profile_hash_blake2s16'],
      ({ vocab, class_name: className, name_or_path: nameOrPath }) => {
        const vocabulary = new Map<string, number>(Object.entries(vocab));
        return {
          tokenizer_digest_sha256: fallbackTokenizerDigest({
            vocabulary,
            nameOrPath,
            eosToken: null,
            padToken: null,
            vocabSize: vocabulary.size,
          }),
          profile_hash_blake2s16: referenceTokenizerHash({ vocabulary, className, nameOrPath }),
        };
      },
    ),
    ...sectionCases(json, 'masking_digest', ['masking_digest'], ({ windows }) => ({
      masking_digest: maskPositionsDigest(windows) ?? null,
    })),
    ...sectionCases(json, 'variance_policy_digest', ['digest'], ({ policy_json_text: text }) => ({
      digest: variancePolicyDigest(tagged(text)),
    })),
    ...sectionCases(
      json,
      'thresholds_with_overrides',
      ['thresholds_hash'],
      ({ tier, explicit_overrides: overrides }) => {
        const { metrics, ...guards } = merged(tierPolicies[tierNamed(tier) ?? 'balanced'], overrides);
        const policy = { ...guards, metrics: { ...metrics, pm_tail: tailPolicyFrom(metrics.pm_tail) } };
        return { thresholds_hash: thresholdsHash(tier, policy) };
      },
    ),
    ...sectionCases(json, 'certificate_hash', ['certificate_hash'], ({ case: name }) => {
      const text = readFileSync(path.join(folder, 'make-certificate', name, 'certificate.json'), 'utf8');
      const { artifacts: _, ...rest } = tagged(text);
      return { certificate_hash: sha256(canonicalJson(rest, 'A')) };
    }),
    ...sectionCases(json, 'tiers', ['thresholds_hash', 'policy_digest'], (_, name) => {
      const [tier = '', profile = ''] = name.split('/');
      const policy = policyOf(tier, profile);
      return {
        thresholds_hash: thresholdsHash(tier as TierName, policy),
        policy_digest: policyDigest(policy, []),
      };
    }),
  ],
};

/** A JSON text whose numbers remember whether Python would hold them as floats. */
function tagged(text: string): Golden {
  const node = readJson(text, { mode: 'lenient' }).value;
  return node && taggedValue(node);
}

function withFloatsOf(report: Golden, canonical: Golden): Golden {
  const { spectral_caps: caps, rmt_outliers: outliers } = canonical.metrics;
  const { spectral, rmt, ...metrics } = report.metrics;
  return {
    ...report,
    metrics: {
      ...metrics,
      ...(spectral ? { spectral: { ...spectral, caps_applied: caps } } : {}),
      ...(rmt ? { rmt: { ...rmt, outliers } } : {}),
    },
  };
}

/** A tier's policy with what a profile lays over it; without a tier, balanced's counts. */
function policyOf(tier: string, profile: string): TierPolicy {
  const policy = referencePolicy(tierPolicies[tierNamed(tier) ?? 'balanced']);
  const { varianceMaxCalib: maximum } = overlayOf(profile);
  return maximum === undefined ? policy : merged(policy, { variance: { max_calib: maximum } });
}

function merged(below: Golden, above: Golden): Golden {
  if (typeof above !== 'object' || above === null || Array.isArray(above)) return above;
  const keys = new Set([...Object.keys(below ?? {}), ...Object.keys(above)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in above ? merged(below?.[key], above[key]) : below[key]]),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
