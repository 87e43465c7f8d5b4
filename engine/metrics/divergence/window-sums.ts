/** What both models predict for the scored tokens of one window. Parallel lists, one entry per token. */
export interface DivergenceWindow {
  readonly id: number;
  /** KL(baseline‖subject) of the next token's distribution, in nats. */
  readonly kl: Float32Array;
  /** Negative log-likelihood of the target over the entries that both vocabularies have. */
  readonly baselineNll: Float32Array;
  readonly subjectNll: Float32Array;
  /** Sum of `tokenFlag`s. */
  readonly flags: Uint8Array;
}

export const tokenFlag = { sameTop1: 1, baselineTop1: 2, subjectTop1: 4 } as const;

/** Sums over the tokens of each window, from which means and intervals follow. Parallel lists, one entry per window. */
export interface DivergenceSums {
  readonly window_ids: readonly number[];
  readonly tokens: readonly number[];
  readonly kl_sum: readonly number[];
  readonly kl_max: readonly number[];
  /** Tokens for which both models would write the same. */
  readonly same_top1: readonly number[];
  /** Of the target's probability, subject − baseline. */
  readonly delta_p_sum: readonly number[];
  readonly delta_p_square_sum: readonly number[];
  /** Tokens that only the subject would write right, and only the baseline. */
  readonly improved: readonly number[];
  readonly regressed: readonly number[];
}

/** Sums in float64, in the order of the tokens. */
export function divergenceSums(windows: readonly DivergenceWindow[]): DivergenceSums {
  const rows = windows.map(sumsOf);
  const list = (pick: (row: (typeof rows)[number]) => number): readonly number[] => rows.map(pick);
  return {
    window_ids: windows.map(({ id }) => id),
    tokens: windows.map(({ kl }) => kl.length),
    kl_sum: list(({ kl }) => kl),
    kl_max: list(({ largest }) => largest),
    same_top1: list(({ same }) => same),
    delta_p_sum: list(({ deltaP }) => deltaP),
    delta_p_square_sum: list(({ square }) => square),
    improved: list(({ improved }) => improved),
    regressed: list(({ regressed }) => regressed),
  };
}

function sumsOf({ kl, baselineNll, subjectNll, flags }: DivergenceWindow) {
  const sums = {
    kl: 0,
    largest: Number.NEGATIVE_INFINITY,
    same: 0,
    deltaP: 0,
    square: 0,
    improved: 0,
    regressed: 0,
  };
  for (const [index, value] of kl.entries()) {
    sums.kl += value;
    sums.largest = Math.max(sums.largest, value);
    const delta = Math.exp(-(subjectNll[index] ?? 0)) - Math.exp(-(baselineNll[index] ?? 0));
    sums.deltaP += delta;
    sums.square += delta * delta;
    const flag = flags[index] ?? 0;
    if (flag & tokenFlag.sameTop1) sums.same += 1;
    const right = flag & (tokenFlag.baselineTop1 | tokenFlag.subjectTop1);
    if (right === tokenFlag.subjectTop1) sums.improved += 1;
    if (right === tokenFlag.baselineTop1) sums.regressed += 1;
  }
  return sums;
}
