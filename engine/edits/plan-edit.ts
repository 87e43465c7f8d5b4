import type { DiagnosticCode } from '../codes/index.ts';
import type { Checked, Finding } from '../core/findings.ts';
import { type ReferenceScope, referenceScopes } from './edit-targets.ts';
import { planLowRank } from './plan-low-rank.ts';
import type { RtnGranularity } from './quant-rtn.ts';

export const editKinds = ['quant_rtn', 'prune', 'low_rank'] as const;
export type EditKind = (typeof editKinds)[number];
const granularities = ['channel', 'tensor', 'reference'] as const;

/** An edit as a user asks for it. Values are checked by `planEdit`, so they may be anything. */
export interface EditRequest {
  readonly kind: string;
  readonly modelFolder: string;
  readonly outFolder: string;
  /** quant_rtn: 2 to 8, by default 8. */
  readonly bits?: number | undefined;
  /** quant_rtn: `channel` (the default), `tensor` or `reference`. */
  readonly granularity?: string | undefined;
  /** quant_rtn with granularity `reference`: `ffn` (the default), `attn` or `all`. */
  readonly scope?: string | undefined;
  /** quant_rtn with granularity `reference` and 4 bits: columns that share a scale. */
  readonly groupSize?: number | undefined;
  /** quant_rtn with granularity `reference`: 0 to 0.5, by default 0. */
  readonly clampRatio?: number | undefined;
  /** quant_rtn with granularity `reference`: only the first so many matrices, in the order of the model. */
  readonly maxModules?: number | undefined;
  /** prune: share of weights that become zero, between 0 and 1. */
  readonly sparsity?: number | undefined;
  /** low_rank: directions of the change, by default 4. */
  readonly rank?: number | undefined;
  /** low_rank: size of the change over that of the matrix, by default 0.12. */
  readonly relativeNorm?: number | undefined;
  /** low_rank: what the change is drawn from, by default 11. */
  readonly seed?: number | undefined;
}

/** An edit whose options were checked. */
export type EditPlan = {
  readonly name: string;
  readonly record: Readonly<Record<string, unknown>>;
} & (
  | { readonly kind: 'quant_rtn'; readonly bits: number; readonly granularity: RtnGranularity }
  | {
      readonly kind: 'quant_rtn_reference';
      readonly bits: number;
      readonly scope: ReferenceScope;
      readonly groupSize?: number;
      readonly clampRatio: number;
      readonly maxModules?: number;
    }
  | { readonly kind: 'prune'; readonly sparsity: number }
  | {
      readonly kind: 'low_rank';
      readonly rank: number;
      readonly relativeNorm: number;
      readonly seed: number;
    }
);

/** Checks the options of an edit and says what it will do. Options of another kind of edit are refused. */
export function planEdit(request: EditRequest): Checked<EditPlan> {
  const foreign = foreignOptions(request);
  if (request.kind === 'quant_rtn') return planQuantization(request, foreign);
  if (request.kind === 'prune') return planPruning(request, foreign);
  if (request.kind === 'low_rank') return planLowRank(request, foreign);
  return failed([
    problem('X601', `There is no edit ${JSON.stringify(request.kind)}. Choose ${editKinds.join(', ')}.`),
  ]);
}

/** The options of each kind, with their names on the command line. */
const optionsOf: Readonly<Record<EditKind, Readonly<Record<string, keyof EditRequest>>>> = {
  quant_rtn: {
    '--bits': 'bits',
    '--granularity': 'granularity',
    '--scope': 'scope',
    '--group-size': 'groupSize',
    '--clamp-ratio': 'clampRatio',
    '--max-modules': 'maxModules',
  },
  prune: { '--sparsity': 'sparsity' },
  low_rank: { '--rank': 'rank', '--relative-norm': 'relativeNorm', '--seed': 'seed' },
};

/** An option that does nothing would make somebody believe that it did. */
function foreignOptions(request: EditRequest): Finding[] {
  return editKinds
    .filter((kind) => kind !== request.kind)
    .flatMap((kind) => Object.entries(optionsOf[kind]).map(([option, key]) => ({ kind, option, key })))
    .filter(({ key }) => request[key] !== undefined)
    .map(({ kind, option }) =>
      problem('X610', `${option} belongs to the edit ${kind}, not to ${request.kind}. Leave it out.`),
    );
}

function planQuantization(request: EditRequest, foreign: readonly Finding[]): Checked<EditPlan> {
  const { bits = 8, granularity = 'channel' } = request;
  const findings: Finding[] = [...foreign];
  if (!Number.isInteger(bits) || bits < 2 || bits > 8) {
    findings.push(problem('X602', `--bits must be a whole number from 2 to 8, but is ${bits}.`));
  }
  if (granularity !== 'channel' && granularity !== 'tensor' && granularity !== 'reference') {
    const message = `--granularity must be ${granularities.join(', ')}, but is ${JSON.stringify(granularity)}.`;
    return failed([...findings, problem('X604', message)]);
  }
  if (granularity === 'reference') return planReference(request, bits, findings);
  if (request.scope !== undefined) {
    findings.push(
      problem(
        'X605',
        '--scope goes with --granularity reference only; the others edit attention and feed-forward matrices.',
      ),
    );
  }
  const { groupSize, clampRatio, maxModules } = request;
  if ([groupSize, clampRatio, maxModules].some((option) => option !== undefined)) {
    const message = '--group-size, --clamp-ratio and --max-modules go with --granularity reference only.';
    findings.push(problem('X608', message));
  }
  if (findings.length > 0) return failed(findings);
  const isTensor = granularity === 'tensor';
  const record = {
    kind: 'quantize',
    bits,
    scheme: 'rtn-symmetric',
    granularity: isTensor ? 'per-tensor' : 'per-output-channel',
    stored_as: 'dequantised float32',
  };
  return done({
    kind: 'quant_rtn',
    name: `int${bits}-rtn${isTensor ? '-tensor' : ''}`,
    record,
    bits,
    granularity,
  });
}

function planReference(request: EditRequest, bits: number, findings: Finding[]): Checked<EditPlan> {
  const scope = referenceScopes.find((name) => name === (request.scope ?? 'ffn'));
  if (!scope) {
    findings.push(
      problem(
        'X605',
        `--scope must be ${referenceScopes.join(', ')}, but is ${JSON.stringify(request.scope)}.`,
      ),
    );
  }
  const { groupSize, clampRatio = 0, maxModules } = request;
  if (groupSize !== undefined && (!Number.isInteger(groupSize) || groupSize < 1 || bits !== 4)) {
    findings.push(
      problem(
        'X608',
        `--group-size must be a whole number above 0 and goes with --bits 4, but is ${groupSize} with ${bits} bits.`,
      ),
    );
  }
  if (!(clampRatio >= 0 && clampRatio <= 0.5)) {
    findings.push(problem('X608', `--clamp-ratio must lie between 0 and 0.5, but is ${clampRatio}.`));
  }
  if (maxModules !== undefined && (!Number.isInteger(maxModules) || maxModules < 1)) {
    findings.push(problem('X608', `--max-modules must be a whole number above 0, but is ${maxModules}.`));
  }
  if (findings.length > 0 || !scope) return failed(findings);
  const options = {
    scope,
    clampRatio,
    ...(groupSize === undefined ? {} : { groupSize }),
    ...(maxModules === undefined ? {} : { maxModules }),
  };
  const record = {
    kind: 'quantize',
    bits,
    scheme: 'rtn-reference',
    granularity: groupSize === undefined ? 'per-row' : 'per-group',
    scope,
    group_size: groupSize ?? null,
    clamp_ratio: clampRatio,
    ...(maxModules === undefined ? {} : { max_modules: maxModules }),
    stored_as: 'dequantised float32',
  };
  return done({
    kind: 'quant_rtn_reference',
    name: `int${bits}-rtn-reference-${scope}`,
    record,
    bits,
    ...options,
  });
}

function planPruning(request: EditRequest, foreign: readonly Finding[]): Checked<EditPlan> {
  const { sparsity } = request;
  if (sparsity === undefined || !(sparsity > 0 && sparsity < 1)) {
    const found = sparsity === undefined ? 'is missing' : `is ${sparsity}`;
    return failed([...foreign, problem('X603', `--sparsity must be above 0 and below 1, but ${found}.`)]);
  }
  if (foreign.length > 0) return failed(foreign);
  const record = { kind: 'prune', criterion: 'magnitude, per tensor', sparsity };
  // Without the parentheses of floating point: 0.07 × 100 is 7.000000000000001.
  return done({ kind: 'prune', name: `prune${Number((sparsity * 100).toPrecision(12))}`, record, sparsity });
}

function problem(code: DiagnosticCode, message: string): Finding {
  return { code, severity: 'error', message };
}

function failed(findings: readonly Finding[]): Checked<EditPlan> {
  return { value: undefined, findings };
}

function done(value: EditPlan): Checked<EditPlan> {
  return { value, findings: [] };
}
