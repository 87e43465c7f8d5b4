import type { Gate } from './gates.ts';

/** Guards that have a gate. */
type GatedGuard = 'invariants' | 'spectral' | 'rmt' | 'overhead';

/** What a guard of ours says of itself; the gate follows it (spec 03 Q2, Q3). */
export interface GuardVerdict {
  readonly outcome: 'pass' | 'fail' | 'not_evaluated';
  /** Why it failed or was not evaluated. */
  readonly reasons: readonly string[];
  readonly measured?: number | null;
  readonly limit?: { readonly max: number };
}

/** What each guard found; a guard that did not run is absent. */
export interface GuardFacts {
  /** Of guards of ours, which decide by themselves; the other members are for what the reference's reports hold. */
  readonly verdicts?: Readonly<Partial<Record<GatedGuard, GuardVerdict>>>;
  /** The profile demands that invariants, spectral and rmt were evaluated: one that was not has failed. */
  readonly areDemanded?: boolean;
  readonly invariants?: { readonly status: string };
  readonly spectral?: {
    readonly capsApplied: number;
    /** The run's own limit; the tier's applies when absent. */
    readonly maxCaps?: number;
    readonly capsExceeded?: boolean;
  };
  readonly rmt?: { readonly stable: boolean };
  readonly overhead?: {
    /** The guard's own verdict; it decides when present. */
    readonly passed?: boolean;
    /** False when the comparison was not made, or went wrong. */
    readonly evaluated?: boolean;
    /** Guarded ÷ bare metric; null when it was not measured. */
    readonly ratio?: number | null;
    readonly threshold?: number;
  };
}

/** The tolerated share by which guards may change the metric (spec 02 §7.4). */
const OVERHEAD_THRESHOLD = 0.01;
const RELAXED_OVERHEAD_THRESHOLD = 0.1;

/**
 * The guards' gates in the order in which they are shown (spec 02 §7.4). A guard that did not run is not evaluated, never
 * passed.
 */
export function guardGates(
  guards: GuardFacts,
  policy: { readonly maxCaps: number; readonly tinyRelax: boolean },
): readonly Gate[] {
  const { verdicts = {} } = guards;
  const gates = [
    ownGate('invariants_pass', verdicts.invariants) ?? invariantsGate(guards.invariants),
    ownGate('spectral_stable', verdicts.spectral) ?? spectralGate(guards.spectral, policy.maxCaps),
    ownGate('rmt_stable', verdicts.rmt) ?? rmtGate(guards.rmt),
  ];
  return [
    ...(guards.areDemanded ? gates.map(demanded) : gates),
    ownGate('guard_overhead_acceptable', verdicts.overhead) ??
      overheadGate(guards.overhead, policy.tinyRelax),
  ];
}

function ownGate(name: Gate['name'], verdict: GuardVerdict | undefined): Gate | undefined {
  if (!verdict) return undefined;
  const { outcome, reasons, measured = null, limit } = verdict;
  return { name, outcome, measured, ...(limit ? { limit } : {}), basis: 'guard', reasons };
}

/** What was not evaluated proves nothing, which is too little where the guards are demanded (spec 03 Q3). */
function demanded(gate: Gate): Gate {
  if (gate.outcome !== 'not_evaluated') return gate;
  const reasons = ['the profile demands this guard, and it was not evaluated', ...gate.reasons];
  return { ...gate, outcome: 'fail', reasons };
}

function invariantsGate(facts: GuardFacts['invariants']): Gate {
  if (!facts) return notEvaluated('invariants_pass');
  const failed = ['fail', 'error'].includes(facts.status.trim().toLowerCase());
  return decided('invariants_pass', failed ? [`the invariants guard reports "${facts.status}"`] : []);
}

function spectralGate(facts: GuardFacts['spectral'], tierMaxCaps: number): Gate {
  if (!facts) return notEvaluated('spectral_stable');
  const most = facts.maxCaps ?? tierMaxCaps;
  const reasons: string[] = [];
  if (!(facts.capsApplied <= most)) reasons.push(`${facts.capsApplied} caps were applied, more than ${most}`);
  if (facts.capsExceeded) reasons.push('the spectral guard reports that its caps were exceeded');
  return { ...decided('spectral_stable', reasons), measured: facts.capsApplied, limit: { max: most } };
}

function rmtGate(facts: GuardFacts['rmt']): Gate {
  if (!facts) return notEvaluated('rmt_stable');
  return decided('rmt_stable', facts.stable ? [] : ['the rmt guard reports that outliers grew']);
}

function overheadGate(facts: GuardFacts['overhead'], tinyRelax: boolean): Gate {
  const name = 'guard_overhead_acceptable';
  const ratio = facts?.ratio ?? null;
  // Relaxation lets a comparison pass that was not made (spec 02 §7.4); it is shown as such.
  if (tinyRelax && facts?.evaluated === false) return notEvaluated(name);
  if (facts?.passed !== undefined) {
    return { ...decided(name, facts.passed ? [] : ['the guard overhead check failed']), measured: ratio };
  }
  if (ratio === null || !Number.isFinite(ratio)) return notEvaluated(name);
  const least = tinyRelax ? RELAXED_OVERHEAD_THRESHOLD : 0;
  const most = 1 + Math.max(least, facts?.threshold ?? OVERHEAD_THRESHOLD);
  const reasons = ratio <= most ? [] : [`the guarded metric is above ${most} times the bare one`];
  return { ...decided(name, reasons), measured: ratio, limit: { max: most } };
}

function decided(name: Gate['name'], reasons: readonly string[]): Gate {
  return { name, outcome: reasons.length === 0 ? 'pass' : 'fail', measured: null, basis: 'guard', reasons };
}

function notEvaluated(name: Gate['name']): Gate {
  return {
    name,
    outcome: 'not_evaluated',
    measured: null,
    basis: 'guard',
    reasons: ['this guard did not run'],
  };
}
