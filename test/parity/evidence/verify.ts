import { readFileSync } from 'node:fs';
import path from 'node:path';
import { profileNamed } from '../../../engine/config/profile-overlays.ts';
import { plainValue } from '../../../engine/core/json-node.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { type VerifyResult, verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { verifyEnvelope } from '../../../engine/verify/verify-envelope.ts';
import type { Golden, ParityCase, ParityFile } from '../parity-types.ts';

/** The reference's verdicts on one certificate under one profile (spec 04 §4.1, §8). */
export const verifyExpected: ParityFile = {
  companions: ['verify', 'certificate.schema.reference.json'],
  cases: ({ json, folder }) =>
    Object.entries<Golden>(json.cases).flatMap(([name, { profiles }]) =>
      Object.entries<Golden>(profiles).map(([profile, expected]) =>
        verifyCase(`${name}/${profile}`, { files: [name], profile }, expected, folder),
      ),
    ),
};

/** Several files at once, other tolerances, spellings of profiles, and baselines to compare with. */
export const verifyExtra: ParityFile = {
  companions: ['verify', 'verify-baselines'],
  cases: ({ json, folder }) => json.cases.map((item: Golden) => verifyCase(item.name, item, item, folder)),
};

function verifyCase(name: string, named: Golden, expected: Golden, folder: string): ParityCase {
  const profile = profileNamed(named.profile ?? '') ?? 'dev';
  const certificates = named.files.map((file: string) => certificateIn(textOf(folder, `verify/${file}`)));
  return {
    name,
    input: {
      certificates,
      isStrict: profile === 'ci' || profile === 'release',
      ...(named.baseline === undefined
        ? {}
        : { baseline: certificateIn(textOf(folder, `verify-baselines/${named.baseline}`)) ?? null }),
    },
    expected: verdictOf(expected),
    defects: [],
    actual: () => {
      const { tolerance, baseline } = named;
      const results = named.files.map((file: string) =>
        verifyCertificate(textOf(folder, `verify/${file}`), {
          profile,
          file: `${file}.json`,
          ...(tolerance === undefined ? {} : { tolerance }),
          ...(baseline === undefined ? {} : { baselineText: textOf(folder, `verify-baselines/${baseline}`) }),
        }),
      );
      return ourVerdict(results, expected);
    },
    tolerance: { relative: 1e-12 },
  };
}

/** The exit code, and what the envelope says of each file. A typed stop of the reference says nothing about them. */
function verdictOf({ exit_code: exitCode, envelope }: Golden): Golden {
  return { exit_code: exitCode, ok: envelope.summary.ok, results: entriesOf(envelope) };
}

function ourVerdict(results: readonly VerifyResult[], expected: Golden): Golden {
  const envelope = JSON.parse(verifyEnvelope(results, { now: new Date(0) }));
  const { resolution, summary } = envelope;
  const entries = isStopped(expected.envelope) ? [] : envelope.results.map(entryOf);
  return { exit_code: resolution.exit_code, ok: summary.ok, results: entries };
}

function entriesOf(envelope: Golden): Golden[] {
  return isStopped(envelope) ? [] : envelope.results.map(entryOf);
}

/** Every file has its own verdict here, where the reference writes that of all files to each (CQ-22). */
function entryOf({ id, kind, ratio_vs_baseline: ratio, ci }: Golden): Golden {
  return { id, kind, ratio_vs_baseline: ratio, ci };
}

function isStopped({ error }: Golden): boolean {
  return error !== undefined;
}

function textOf(folder: string, name: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    readFileSync(path.join(folder, `${name}.json`)),
  );
}

/** Undefined where two readers would not read the same document. */
function certificateIn(text: string): unknown {
  const { value, findings } = readJson(text, { mode: 'lenient' });
  const isAmbiguous = text.includes('\ufffd') || findings.some(({ code }) => code === 'V502');
  return value && !isAmbiguous ? plainValue(value) : undefined;
}
