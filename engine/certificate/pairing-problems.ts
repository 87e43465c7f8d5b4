import { listAt, numberAt, objectAt, valueAt } from '../core/json-access.ts';
import { coverageFloors, type TierName } from '../policy/tiers.ts';

/** What is wrong with the pairing of two runs, by the statistic that says so. */
export interface PairingProblem {
  readonly code: 'E001' | 'E005';
  readonly field:
    | 'stats'
    | 'window_pairing_reason'
    | 'window_match_fraction'
    | 'window_overlap_fraction'
    | 'paired_windows'
    | 'counts'
    | 'coverage'
    | 'replicates';
  /** The place in `metrics` of a run's report. */
  readonly pointer: string;
  readonly message: string;
}

const MIN_MATCH = 0.999999;
const MAX_OVERLAP = 1e-9;

/**
 * What ci and release demand of a run's statistics before anything is certified (spec 02 §7.6): every window paired and none
 * overlapping, arms of one size, and as many windows and replicates as the tier asks for. Read from a foreign document.
 */
export function pairingProblems(stats: unknown, tier: TierName): readonly PairingProblem[] {
  if (objectAt(stats) === undefined) {
    const message = 'There are no statistics of the windows.';
    return [{ code: 'E001', field: 'stats', pointer: '', message }];
  }
  return [...pairing(stats), ...counts(stats), ...coverage(stats, tier)];
}

function pairing(stats: unknown): PairingProblem[] {
  const problems: PairingProblem[] = [];
  const add = (field: PairingProblem['field'], message: string) =>
    problems.push({ code: 'E001', field, pointer: `/${field}`, message });
  const reason = valueAt(stats, 'window_pairing_reason') ?? null;
  if (reason !== null) add('window_pairing_reason', `The windows do not pair: ${String(reason)}.`);
  const match = numberAt(stats, 'window_match_fraction');
  if (!(match !== undefined && match >= MIN_MATCH))
    add('window_match_fraction', `Only ${match ?? 'an unknown share'} of the windows match the baseline's.`);
  const overlap = numberAt(stats, 'window_overlap_fraction');
  if (!(overlap !== undefined && overlap <= MAX_OVERLAP))
    add(
      'window_overlap_fraction',
      `The windows overlap by ${overlap ?? 'an unknown share'}. Set stride to seq_len.`,
    );
  const paired = wholeAt(stats, 'paired_windows');
  if (!(paired !== undefined && paired > 0)) add('paired_windows', 'No window is paired.');
  return problems;
}

/** Counts as the run recorded them, else as its coverage did. */
function counts(stats: unknown): PairingProblem[] {
  const count = (arm: string) => wholeAt(stats, `actual_${arm}`) ?? wholeAt(stats, 'coverage', arm, 'used');
  const [preview, final] = [count('preview'), count('final')];
  if (preview !== undefined && preview === final) return [];
  const message = `Preview and final have different numbers of windows: ${preview ?? 'unknown'} and ${final ?? 'unknown'}.`;
  return [{ code: 'E001', field: 'counts', pointer: '/stats', message }];
}

function coverage(stats: unknown, tier: TierName): PairingProblem[] {
  const floors = coverageFloors[tier];
  const used = {
    preview: wholeAt(stats, 'coverage', 'preview', 'used'),
    final: wholeAt(stats, 'coverage', 'final', 'used'),
    replicates: wholeAt(stats, 'coverage', 'replicates', 'used') ?? wholeAt(stats, 'bootstrap', 'replicates'),
  };
  return (['preview', 'final', 'replicates'] as const).flatMap((part): PairingProblem[] => {
    const count = used[part];
    if (count !== undefined && count >= floors[part]) return [];
    const what = part === 'replicates' ? 'bootstrap replicates' : `${part} windows`;
    const message =
      count === undefined
        ? `The report does not say how many ${what} were used.`
        : `${count} ${what} were used; the ${tier} tier needs ${floors[part]}.`;
    const field = part === 'replicates' ? 'replicates' : 'coverage';
    return [{ code: 'E005', field, pointer: `/bootstrap/coverage/${part}`, message }];
  });
}

/** A whole number, also spelled as a text; a list or anything else is none. */
function wholeAt(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = valueAt(value, ...keys);
  if (listAt(value, ...keys) || found === null || found === undefined || found === '') return undefined;
  const number = Number(found);
  return Number.isInteger(number) ? number : undefined;
}
