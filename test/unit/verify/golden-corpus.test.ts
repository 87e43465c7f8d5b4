import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { valueAt } from '../../../engine/core/json-access.ts';
import { plainValue } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import type { VerifyProfile } from '../../../engine/verify/check-context.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { verifyRules } from '../../parity/skips-evidence.ts';

/** The reference's verdicts on 176 files under three profiles (spec 04 §8); the other cases are in test/parity. */
interface Golden {
  readonly cases: Readonly<
    Record<string, { readonly profiles: Readonly<Record<string, { readonly exit_code: number }>> }>
  >;
}

const folder = new URL('../../golden/evidence/', import.meta.url);
const golden: Golden = JSON.parse(readFileSync(new URL('verify-expected.json', folder), 'utf8'));

const cases = Object.entries(golden.cases).flatMap(([name, { profiles }]) =>
  Object.entries(profiles).map(([profile, { exit_code }]) => {
    const bytes = readFileSync(new URL(`verify/${name}.json`, folder));
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const { value, findings } = readJson(text, { mode: 'lenient' });
    // A key that stands twice makes a document that two readers understand differently, so it is no certificate.
    const certificate =
      value && !findings.some(({ code }) => code === 'V502') ? plainValue(value) : undefined;
    const isText = !text.includes('\ufffd');
    const strict = profile !== 'dev';
    const skip = isText
      ? verifyRules.find((rule) => rule.applies(certificate, strict))
      : verifyRules.find(({ quirk }) => quirk === 'CQ-23');
    const exitCode = skip && codeOf(skip.quirk, strict, certificate, exit_code);
    return { name, profile: profile as VerifyProfile, exitCode, text, skip };
  }),
);

test.each(cases.filter(({ skip }) => skip))(
  '$name under $profile exits with $exitCode ($skip.quirk: $skip.why)',
  ({ name, profile, exitCode, text }) => {
    expect(verifyCertificate(text, { profile, file: name })).toMatchObject({ ok: false, exitCode });
  },
);

/**
 * Malformed is 2, windows that contradict the value stop a strict run with 3, and all else fails with 1. What the reference
 * refuses for another reason, too, is refused as hard as there.
 */
function codeOf(quirk: string, isStrict: boolean, certificate: unknown, theirs: number): number {
  const isMalformed = typeof valueAt(certificate, 'primary_metric', 'ratio_vs_baseline') === 'boolean';
  if (quirk === 'CQ-23' || isMalformed) return 2;
  if (quirk === 'CQ-46') return 1;
  return Math.max(theirs, quirk === 'CQ-03' && isStrict ? 3 : 1);
}

test('every rule is needed', () => {
  const used = new Set(cases.map(({ skip }) => skip?.quirk));
  expect(verifyRules.filter(({ quirk }) => !used.has(quirk))).toEqual([]);
});
