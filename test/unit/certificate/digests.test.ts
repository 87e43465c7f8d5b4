import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policyDigest, thresholdsHash } from '../../../engine/certificate/policy-digests.ts';
import { editDigest, reportHash, runId } from '../../../engine/certificate/report-identity.ts';
import { tierNamed, tierPolicies } from '../../../engine/policy/tiers.ts';

interface Golden {
  readonly run_id: readonly { readonly meta: Record<string, unknown>; readonly run_id: string }[];
  readonly report_hash: readonly { readonly report: unknown; readonly report_hash: string }[];
  readonly edit_digest: readonly {
    readonly report: { readonly edit?: unknown };
    readonly edit_digest: unknown;
  }[];
  readonly tiers: Readonly<
    Record<string, { readonly thresholds_hash: string; readonly policy_digest: string }>
  >;
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../golden/evidence/digests.json', import.meta.url), 'utf8'),
);

test.each(golden.run_id)('the run id of $meta', ({ meta, run_id }) => {
  expect(runId(meta)).toBe(run_id);
});

// The second case holds a float that plain JSON cannot tell from an int; our reports have no such field.
test('the report hash', () => {
  const { report, report_hash } = golden.report_hash[0]!;
  expect(reportHash(report)).toBe(report_hash);
});

// A report of the reference may carry the edit under provenance; ours never does.
test.each(golden.edit_digest.filter(({ report }) => report.edit))(
  'the edit digest of $report',
  ({ report, edit_digest }) => {
    expect(editDigest(report.edit)).toEqual(edit_digest);
  },
);

// Profiles without overrides of the tier; the digests of `none` are those of another tier name.
const cases = Object.entries(golden.tiers).filter(
  ([name]) => tierNamed(name.split('/')[0]!) && !name.endsWith('/release'),
);

test.each(cases)('the policy digests of %s', (name, expected) => {
  const tier = tierNamed(name.split('/')[0]!)!;
  expect(thresholdsHash(tier, tierPolicies[tier])).toBe(expected.thresholds_hash);
  expect(policyDigest(tierPolicies[tier], [])).toBe(expected.policy_digest);
});
