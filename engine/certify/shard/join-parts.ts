import type { Divergence } from '../../metrics/divergence/divergence.ts';
import { buildRunReport, type ReportInputs, type ReportWindow } from '../../report/build-run-report.ts';
import type { RunReport } from '../../report/run-report.ts';
import { type WorstWindows, worstWindows } from '../../report/worst-windows.ts';
import type { ArmGuards } from '../run-guards.ts';
import { unmeasuredEntries } from '../run-guards.ts';
import { withGuards } from '../with-guards.ts';
import { joinDivergence } from './shard-divergence.ts';
import type { ShardArm, ShardPart, ShardWindow } from './shard-part.ts';

export interface JoinedReports {
  readonly baseline: RunReport;
  readonly subject: RunReport;
}

/**
 * The reports that one run would have made. Pure; the parts are those of one certification, each once (`checkParts`).
 *
 * @example joinParts(parts, { baseline: '/runs/source/x/events.jsonl', subject: '/runs/edited/x/events.jsonl' }).subject
 */
export function joinParts(
  parts: readonly ShardPart[],
  eventsPaths: Readonly<Record<'baseline' | 'subject', string>>,
): JoinedReports {
  const ordered = parts.toSorted((a, b) => a.shard.index - b.shard.index);
  const windows = ordered.flatMap((part) => part.windows).toSorted((a, b) => a.position - b.position);
  const inputs = (name: 'baseline' | 'subject') => armInputs(ordered, windows, name, eventsPaths[name]);
  const guards = joinedGuards(ordered);
  const baseline = withGuards(buildRunReport(inputs('baseline')), guards.baseline);
  const subject = buildRunReport({ ...inputs('subject'), baseline });
  const worst = joinedWorst(ordered, { baseline, subject });
  const moved = joinedDivergence(ordered, windows);
  const measured = moved ? { ...subject, metrics: { ...subject.metrics, divergence: moved } } : subject;
  return {
    baseline,
    subject: withGuards(worst ? { ...measured, worst_windows: worst } : measured, guards.subject),
  };
}

function armInputs(
  parts: readonly ShardPart[],
  windows: readonly ShardWindow[],
  name: 'baseline' | 'subject',
  eventsPath: string,
): ReportInputs {
  const arms = parts.map((part) => part.arms[name]);
  const [first] = arms;
  if (!first) throw new RangeError('There is no part.');
  const previewCount = parts[0]?.totals.preview ?? 0;
  const reported = windows.map((window): ReportWindow => {
    const { loss, record } = window[name];
    return { window: window.window, loss, ...(record ? { record } : {}) };
  });
  return {
    ...first,
    meta: { ...first.meta, ...placed(arms) },
    cost: joinedCost(arms),
    preview: reported.slice(0, previewCount),
    final: reported.slice(previewCount),
    eventsPath,
  };
}

/** Where nodes ran is told from the first window that had something to score: one run would have looked at the same. */
function placed(arms: readonly ShardArm[]): { readonly execution?: Readonly<Record<string, unknown>> } {
  const [first] = arms;
  const execution = first?.meta.execution;
  if (!execution) return {};
  const placement = arms.map(({ meta }) => meta.execution?.placement).find((one) => one != null) ?? null;
  return { execution: { ...execution, placement } };
}

function joinedCost(arms: readonly ShardArm[]): ReportInputs['cost'] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const names = Object.keys(arms[0]?.cost.timings ?? {});
  return {
    runMs: sum(arms.map(({ cost }) => cost.runMs)),
    peakRssBytes: Math.max(...arms.map(({ cost }) => cost.peakRssBytes)),
    timings: Object.fromEntries(
      names.map((name) => [name, sum(arms.map(({ cost }) => cost.timings[name] ?? 0))]),
    ),
  };
}

/**
 * What the guards of the first part found. They count windows without a finite loss, but only those of their part: where
 * other parts have some, the guards did not see what they would have judged.
 */
function joinedGuards(parts: readonly ShardPart[]): Readonly<Record<'baseline' | 'subject', ArmGuards>> {
  const [first, ...others] = parts;
  const { order = [], baseline, subject } = first?.guards ?? {};
  const isUnseen = others.some(({ windows }) => windows.some(isBroken));
  if (baseline && subject && !isUnseen) return { baseline, subject };
  const reason = isUnseen
    ? 'sharded: part 1 ran the guards, and losses of other parts, which it did not see, are not finite.'
    : 'sharded: part 1 holds nothing of the guards.';
  const unknown = { entries: unmeasuredEntries(order, reason), timings: {} };
  const { weightChanges } = subject ?? {};
  return { baseline: unknown, subject: weightChanges ? { ...unknown, weightChanges } : unknown };
}

function isBroken({ baseline, subject }: ShardWindow): boolean {
  return [baseline, subject].some(({ loss, token_losses: tokens }) => loss === null && tokens !== '');
}

function joinedDivergence(
  parts: readonly ShardPart[],
  windows: readonly ShardWindow[],
): Divergence | undefined {
  const [first] = parts;
  if (!first) return undefined;
  const ids = windows.slice(first.totals.preview).map(({ window }) => window.id);
  const measured = parts.flatMap(({ divergence }) => divergence ?? []);
  return joinDivergence(measured, ids, first.arms.subject.bootstrap);
}

/** A window that is among the worst of all is among the worst of its part, which has its tokens. */
function joinedWorst(parts: readonly ShardPart[], reports: JoinedReports): WorstWindows | undefined {
  const blocks = parts.flatMap(({ worst }) => worst.block ?? []);
  const joined = worstWindows({
    ...reports,
    count: parts[0]?.worst.count ?? 0,
    tokens: blocks[0]?.tokens_left_out ?? (() => undefined),
    tokenText: String,
  });
  if (!joined) return undefined;
  const kept = new Map(blocks.flatMap(({ windows }) => windows.map((window) => [window.window_id, window])));
  return {
    ...joined,
    windows: joined.windows.map((window) => {
      const tokens = kept.get(window.window_id)?.tokens;
      return tokens ? { ...window, tokens } : window;
    }),
  };
}
