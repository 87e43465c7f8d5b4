import { isPointOnlyInReference, isUpperBoundInHysteresis } from '../fixtures/reference-gate-arguments.ts';
import { holdsOverhead } from './guards/guard-overhead.ts';
import type { Golden, SkipRule } from './parity-types.ts';

/** Where single functions of the evidence differ from the reference's on purpose, and why (spec 02 §10, spec 04 §9). */
export const evidenceUnitSkips: readonly SkipRule[] = [
  {
    quirk: 'CQ-35',
    why: 'numbers are shown by rules of their own, which are tested with the pages that show them',
    file: 'digests.json',
    applies: ({ input }) => input.section === 'number_format',
  },
  {
    quirk: 'CQ-35',
    why: 'the limit that is shown is the one that counted',
    file: 'markdown-expected.json',
    applies: ({ input }) => !!input.certificate.auto?.tiny_relax,
    fields: ['/gates/*/3'],
  },
  {
    quirk: 'EQ-05',
    why: 'the stated basis decides, point and interval, where the reference lets the point alone decide',
    file: 'units.json',
    applies: ({ input }) => input.section === 'validation_flags' && isPointOnlyInReference(input.input),
    fields: ['/flags/primary_metric_acceptable', '/flags/hysteresis_applied'],
  },
  {
    quirk: 'EQ-46',
    why: 'an upper bound that only the hysteresis lets pass says so, too',
    file: 'units.json',
    applies: ({ input }) => input.section === 'validation_flags' && isUpperBoundInHysteresis(input.input),
    fields: ['/flags/hysteresis_applied'],
  },
  {
    quirk: 'CQ-18',
    why: 'that a model has experts is a fact and not a decision',
    file: 'units.json',
    applies: ({ input }) => input.section === 'validation_flags' && !!input.input.moe,
    fields: ['/flags/moe_observed', '/flags/moe_identity_ok'],
  },
  {
    quirk: 'CQ-11',
    why: 'a metric without an interval keeps its basis',
    file: 'units.json',
    applies: ({ input }) => input.section === 'confidence' && !input.certificate.primary_metric?.display_ci,
    fields: ['/confidence/basis'],
  },
  {
    quirk: 'CQ-07',
    why: 'a certificate cannot set the limits by which it is trusted',
    file: 'units.json',
    applies: ({ input }) =>
      input.section === 'confidence' && input.certificate.resolved_policy?.confidence !== undefined,
    fields: ['/confidence/label', '/confidence/threshold'],
  },
  {
    quirk: 'EQ-02',
    why: 'accuracy that nobody measured is not made up from the windows',
    file: 'units.json',
    applies: ({ input }) =>
      input.section === 'primary_metric_from_report' &&
      /accuracy/iu.test(input.kind) &&
      !input.report.metrics?.classification,
    fields: ['preview', 'final', 'ratio_vs_baseline', 'invalid', 'degraded', 'degraded_reason'].map(
      (key) => `/primary_metric/${key}`,
    ),
  },
  {
    quirk: '03/Q30',
    why: 'one rule: without two usable metrics or a ratio the overhead is not evaluated, and never passed',
    file: 'units.json',
    applies: ({ input }) => input.section === 'guard_overhead_section' && !holdsOverhead(input.input ?? {}),
    fields: [
      '/passed',
      ...[
        'passed',
        'evaluated',
        'checks',
        'overhead_ratio',
        'overhead_percent',
        'bare_ppl',
        'guarded_ppl',
      ].map((key) => `/section/${key}`),
    ],
  },
  {
    quirk: 'CQ-31',
    why: 'texts of a report are kept as they are, under their own name',
    file: 'units.json',
    applies: ({ input }) => input.section === 'guard_overhead_section',
    fields: ['/section/mode', '/section/skip_reason'],
  },
  {
    quirk: 'CQ-31',
    why: 'a report is read as it is: what it lacks is absent, and nothing is cut off it',
    file: 'units.json',
    applies: ({ input }) => input.section === 'normalize',
  },
  {
    quirk: '01/Q-21',
    why: 'telemetry has a shape of its own: the cost of a run without its evidence',
    file: 'units.json',
    applies: ({ input }) => input.section === 'telemetry',
  },
  {
    quirk: 'CQ-23',
    why: 'a document whose flags are no object is no certificate',
    file: 'units.json',
    applies: ({ input }) =>
      input.section === 'schema' && input.path === '/validation' && Array.isArray(input.value),
    fields: ['/validate_certificate'],
  },
  {
    quirk: 'CQ-39',
    why: 'secrets are told by whole keys, so that counts, paths and names that hold such a word stay',
    file: 'events.json',
    applies: ({ input }) => input.section === 'sanitize' && holdsKeywordOnlyInside(input.input),
  },
  {
    quirk: 'CQ-39',
    why: 'what is redacted is not configurable',
    file: 'events.json',
    applies: ({ input }) => input.section === 'sanitize_with_options',
  },
  {
    quirk: '01/Q-35',
    why: 'the phases of a run are this program’s own, and so are their events',
    file: 'events.json',
    applies: ({ input }) => input.section === 'sequences',
  },
];

const KEYWORDS = /token|secret|password|passphrase|api_key|credential|auth|email/iu;
const WHOLE_KEYS = /^(?:token|secret|password|passphrase|api_key|credentials?|auth|email)$/iu;

/** A key or a text in which a keyword is only a part. */
function holdsKeywordOnlyInside(value: Golden): boolean {
  if (typeof value === 'string') return KEYWORDS.test(value);
  if (Array.isArray(value)) return value.some(holdsKeywordOnlyInside);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, member]) =>
      (KEYWORDS.test(key) && (!WHOLE_KEYS.test(key) || isObjectOrList(member))) ||
      holdsKeywordOnlyInside(member),
  );
}

function isObjectOrList(value: Golden): boolean {
  return typeof value === 'object' && value !== null;
}
