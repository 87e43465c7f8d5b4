import { isTruthy } from '../../../engine/core/is-truthy.ts';
import {
  compareOverhead,
  measuresOverhead,
  overheadSection,
} from '../../../engine/guards/overhead/guard-overhead.ts';
import { goldenNumber } from '../compare.ts';
import { byOperation, goldenCases } from '../golden-cases.ts';
import type { Golden } from '../parity-types.ts';

/** Spec 03 §6. Texts for people are not compared. */
export const guardOverhead = goldenCases(
  byOperation({
    should_measure: ({ profile, env }) => ({
      measure: measuresOverhead(profile, isTruthy(env)),
      skip: isTruthy(env),
    }),
    section: ({ payload }) => section(payload),
    overhead: (input) => {
      const { bare_final: bare, guarded_final: guarded, threshold } = input;
      const { ratio, percent, passed, evaluated } = compareOverhead(bare, guarded, threshold);
      const measured = { overhead_ratio: ratio, overhead_percent: percent };
      const checks = { guard_overhead: passed === true };
      const payload = payloadOf(input);
      return {
        validator: { passed, checks, metrics: { ...measured, bare_ppl: bare, guarded_ppl: guarded } },
        report_payload: { ...payload, ...measured, checks, passed, evaluated },
        ...section(payload),
      };
    },
  }),
  { tolerance: { relative: 1e-12 }, expected: withoutTexts },
);

/** Whether the input holds what an overhead is made of, by the input alone. */
export function isComparable({ op, payload, ...input }: Golden): boolean {
  if (op === 'should_measure') return true;
  return holdsOverhead(op === 'overhead' ? payloadOf(input) : payload);
}

/** Two reports with a final metric above zero; or a ratio that is a number, or two such metrics. */
export function holdsOverhead({ bare_report: bare, guarded_report: guarded, ...facts }: Golden): boolean {
  if (bare && guarded) return [bare, guarded].every((report) => isMetric(finalOf(report)));
  return isNumber(facts.overhead_ratio) || (isMetric(facts.bare_ppl) && isMetric(facts.guarded_ppl));
}

function finalOf(report: Golden): Golden {
  return report.metrics?.primary_metric?.final;
}

function isMetric(value: Golden): boolean {
  return isNumber(value) && goldenNumber(value) > 0;
}

function isNumber(value: Golden): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}

function section(payload: Golden): Golden {
  const { errors: _, ...facts } = overheadSection(payload) ?? { errors: [], passed: null };
  return { certificate_section: facts, certificate_passed: facts.passed };
}

function payloadOf({ bare_final: bare, guarded_final: guarded, threshold }: Golden): Golden {
  const run = (final: Golden): Golden =>
    final === 'missing'
      ? null
      : { metrics: { primary_metric: { kind: 'ppl_causal', final: goldenNumber(final) } } };
  return {
    overhead_threshold: threshold,
    source: 'ci_profile',
    mode: 'bare',
    bare_report: run(bare),
    guarded_report: run(guarded),
  };
}

export function withoutTexts(value: Golden): Golden {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !['messages', 'warnings', 'errors'].includes(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutTexts(item)]));
}
