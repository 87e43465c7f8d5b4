import { finiteRatio } from '../metrics/aggregate.ts';
import { isPplKind } from '../metrics/metric-kinds.ts';

export interface RunStatusInputs {
  readonly kind: string;
  readonly preview: number | null;
  readonly final: number | null;
  /** The tail failed in mode `fail`. */
  readonly tailFailed: boolean;
  /** Every guard that ran passed. */
  readonly guardsPassed: boolean;
  /** `eval.max_pm_ratio`. */
  readonly maxRatio?: number;
}

/** final ÷ preview beyond which a run is broken whatever its configuration says. */
const SPIKE = 2;
const DEFAULT_MAX_RATIO = 1.5;

/** Why a run counts as failed, in the order in which the reference asks (spec 02 §4.8); undefined when it does not. */
export function rollbackReason(inputs: RunStatusInputs): string | undefined {
  const { kind, preview, final, maxRatio = DEFAULT_MAX_RATIO } = inputs;
  const drift = isPplKind(kind) ? finiteRatio(final, preview) : null;
  if (drift !== null && drift > SPIKE) return `final ÷ preview is ${drift}, above ${SPIKE}`;
  if (inputs.tailFailed) return 'the tail of the paired differences failed';
  if (!inputs.guardsPassed) return 'a guard failed';
  if (drift !== null && drift > maxRatio) return `final ÷ preview is ${drift}, above ${maxRatio}`;
  return undefined;
}
