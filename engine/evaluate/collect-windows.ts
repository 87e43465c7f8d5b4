import type { WindowRecords } from '../report/run-report.ts';
import { type FedWindow, windowCounts } from './window-counts.ts';

export interface ScoredWindow extends FedWindow {
  /** Mean log-loss; null when it was not finite, undefined when the model gave none. */
  readonly loss: number | null | undefined;
}

/**
 * The records of an arm (spec 02 §4.2). A window without a loss or without a real token leaves no record and takes no id, so
 * later ones move up; a loss that is not finite keeps its place as null (EQ-11).
 */
export function collectWindows(windows: readonly ScoredWindow[], firstId: number): WindowRecords {
  const used = windows.flatMap((window) => {
    const counts = windowCounts(window);
    return window.loss === undefined || counts.actual <= 0 ? [] : [{ window, counts, loss: window.loss }];
  });
  return {
    window_ids: used.map((_, at) => firstId + at),
    logloss: used.map(({ loss }) => (loss !== null && Number.isFinite(loss) ? loss : null)),
    input_ids: used.map(({ window }) => window.inputIds),
    attention_masks: used.map(({ window }) => window.attentionMask ?? window.inputIds.map(() => 1)),
    token_counts: used.map(({ counts }) => counts.weight),
    masked_token_counts: used.map(({ counts }) => counts.masked),
    actual_token_counts: used.map(({ counts }) => counts.actual),
    labels: used.map(({ counts }) => counts.labels),
  };
}
