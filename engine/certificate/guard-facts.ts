import {
  isObject,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  textAt,
  valueAt,
} from '../core/json-access.ts';
import type { GuardFacts, GuardVerdict } from '../policy/guard-gates.ts';

/** The certificate's blocks about guards, written or read. */
export interface GuardBlocks {
  readonly invariants: unknown;
  readonly spectral: unknown;
  readonly rmt: unknown;
  readonly guard_overhead: unknown;
}

/** How many reasons a gate repeats of what a guard found. */
const mostReasons = 3;

/**
 * What the gates of the guards follow from the certificate's own blocks: written and checked by one function, so that a
 * flag can never say more than the block beside it (spec 03 Q2, Q3).
 */
export function guardFacts(blocks: GuardBlocks, profile: string): GuardFacts {
  const overhead = overheadVerdict(blocks.guard_overhead);
  return {
    verdicts: {
      invariants: verdict(blocks.invariants, 'failures'),
      spectral: spectralVerdict(blocks.spectral),
      rmt: verdict(blocks.rmt, 'violations'),
      ...(overhead ? { overhead } : {}),
    },
    areDemanded: ['ci', 'release'].includes(profile.trim().toLowerCase()),
  };
}

function verdict(block: unknown, list: string): GuardVerdict {
  const passed = valueAt(block, 'passed');
  if (valueAt(block, 'evaluated') !== true || typeof passed !== 'boolean') {
    return { outcome: 'not_evaluated', reasons: [textAt(block, 'reason') ?? 'this guard did not run'] };
  }
  return passed ? { outcome: 'pass', reasons: [] } : { outcome: 'fail', reasons: reasonsOf(block, list) };
}

function spectralVerdict(block: unknown): GuardVerdict {
  const found = verdict(block, 'top_violations');
  const measured = numberAt(block, 'caps_applied');
  const max = numberAt(block, 'max_caps');
  if (found.outcome === 'not_evaluated' || measured === undefined || max === undefined) return found;
  return { ...found, measured, limit: { max } };
}

/** The comparison with a run without guards; undefined leaves the gate to say that there was none. */
function overheadVerdict(block: unknown): GuardVerdict | undefined {
  const passed = valueAt(block, 'passed');
  if (valueAt(block, 'evaluated') !== true || typeof passed !== 'boolean') return undefined;
  const reasons = passed ? [] : ['the metric with guards is above that without'];
  const measured = numberAt(block, 'overhead_ratio') ?? null;
  return { outcome: passed ? 'pass' : 'fail', reasons, measured };
}

/** The gravest come first in every list. */
function reasonsOf(block: unknown, list: string): readonly string[] {
  const found = (listAt(block, list) ?? []).filter(isObject);
  const messages = found
    .filter(({ severity }) => severity !== 'warning')
    .map((one) => messageOf(one).replace(/\.$/u, ''));
  if (messages.length === 0) return ['the guard failed'];
  const more = messages.length - mostReasons;
  return more > 0 ? [...messages.slice(0, mostReasons), `and ${more} more`] : messages;
}

function messageOf(violation: JsonObject): string {
  return (
    textAt(violation, 'message') ?? textAt(objectAt(violation, 'detail'), 'message') ?? 'the guard failed'
  );
}
