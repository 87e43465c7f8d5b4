import type { Finding } from '../core/findings.ts';
import type { RunReport, WindowRecords } from '../report/run-report.ts';

type Environment = Readonly<Record<string, string | undefined>>;
const variable = 'INVARLOCK_STORE_EVAL_WINDOWS';

/** False when INVARLOCK_STORE_EVAL_WINDOWS is 0, false, no or off: tokens are text, and not every text may be kept. */
export function storesWindows(environment: Environment): boolean {
  return !['0', 'false', 'no', 'off'].includes((environment[variable] ?? '').trim().toLowerCase());
}

/**
 * The report without tokens, masks and labels (spec 02 §4): nothing can be paired with it, and its digests stay. It
 * records the variable, so that nobody looks for what was left out on purpose.
 */
export function withoutTokens(report: RunReport): RunReport {
  const { meta, evaluation_windows: windows } = report;
  return {
    ...report,
    meta: { ...meta, env_flags: { ...meta.env_flags, [variable]: '0' } },
    evaluation_windows: { preview: withoutTexts(windows.preview), final: withoutTexts(windows.final) },
  };
}

/** A certification pairs its reports and is verified from them, so theirs are always whole. */
export function checkStoredWindows(environment: Environment): Finding[] {
  if (storesWindows(environment)) return [];
  const message = `${variable} does not count for the windows of certify: its reports must hold those that the certificate rests on. Only the tokens of the worst windows are left out.`;
  return [{ code: 'C142', severity: 'warning', message, actual: environment[variable] }];
}

function withoutTexts(records: WindowRecords): WindowRecords {
  return { ...records, input_ids: [], attention_masks: [], labels: [] };
}
