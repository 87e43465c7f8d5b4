import { readFileSync } from 'node:fs';
import path from 'node:path';
import { overheadSection } from '../../../engine/guards/overhead/guard-overhead.ts';
import { metricKindNamed } from '../../../engine/metrics/metric-kinds.ts';
import { metricSnapshot } from '../../../engine/metrics/metric-snapshot.ts';
import { checkSchema } from '../../../engine/verify/checks/schema.ts';
import { gateFlags } from '../evaluation/gate-flags.ts';
import { acceptanceOf, confidence, driftOf } from '../evaluation/gates.ts';
import { revived } from '../evaluation/revived.ts';
import { tailOf } from '../evaluation/tail-stats.ts';
import { withoutTexts } from '../guards/guard-overhead.ts';
import type { Golden, ParityFile } from '../parity-types.ts';
import { sectionCases } from './section-cases.ts';

/** Single functions behind a certificate (spec 04 §2, §3). */
export const evidenceUnits: ParityFile = {
  companions: ['verify'],
  cases: ({ json, folder }) => [
    ...sectionCases(json, 'validation_flags', ['flags'], ({ input, env }) => ({
      flags: gateFlags(input, env),
    })),
    ...sectionCases(json, 'metric_tail', ['result'], (item) => ({ result: tailOf(item) }), {
      absolute: 1e-12,
    }),
    ...sectionCases(json, 'confidence', ['confidence'], (item) => ({ confidence: confidence(item) }), {
      absolute: 1e-12,
    }),
    ...sectionCases(
      overheadFile(json),
      'guard_overhead_section',
      ['section', 'passed'],
      ({ input }) => {
        const section = overheadSection(revived(input ?? {}));
        return { section: withoutTexts(section ?? {}), passed: section ? section.passed : null };
      },
      { relative: 1e-12 },
    ),
    ...sectionCases(json, 'pm_bands', ['acceptance_range', 'drift_band'], ({ report, env }) => ({
      acceptance_range: acceptanceOf(report, env) ?? {},
      drift_band: driftOf(report, env) ?? {},
    })),
    ...sectionCases(json, 'normalize', ['normalized', 'validate_report'], notThere),
    ...sectionCases(
      json,
      'primary_metric_from_report',
      ['primary_metric', 'raises'],
      ({ report, kind, baseline }) => {
        const named = metricKindNamed(kind);
        if (!named) return { raises: 'KeyError' };
        return {
          primary_metric: metricSnapshot(revived(report), named, revived(baseline), { reference: true }),
        };
      },
      { relative: 1e-12, absolute: 1e-12 },
    ),
    ...sectionCases(json, 'telemetry', ['telemetry'], notThere),
    ...sectionCases({ schema: json.schema?.cases }, 'schema', ['validate_certificate'], (change) => {
      const base = JSON.parse(readFileSync(path.join(folder, json.schema.base), 'utf8'));
      const findings = checkSchema({ certificate: changed(base, change) });
      return { validate_certificate: !findings.some(({ severity }) => severity === 'error') };
    }),
  ],
};

/** Texts for people are not compared. */
function overheadFile(file: Golden): Golden {
  const section = file.guard_overhead_section?.map(({ section, ...rest }: Golden) => ({
    ...rest,
    section: withoutTexts(section),
  }));
  return { guard_overhead_section: section };
}

function notThere(): Golden {
  throw new Error('the engine has no such function');
}

/** The document with one member removed or set. */
function changed(document: Golden, { op, path: pointer, value }: Golden): Golden {
  const [key = '', ...rest] = pointer.slice(1).split('/');
  const copy = { ...document };
  if (rest.length > 0) copy[key] = changed(copy[key], { op, path: `/${rest.join('/')}`, value });
  else if (op === 'remove') delete copy[key];
  else copy[key] = value;
  return copy;
}
