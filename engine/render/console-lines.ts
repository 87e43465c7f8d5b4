import type { CertificateView, GateRow } from './certificate-view.ts';
import { signed, visibleToken, worstTokens } from './certificate-view-worst-windows.ts';
import { divergenceLine } from './divergence-rows.ts';
import { statusText } from './status-text.ts';

/**
 * The certificate as a terminal shows it: verdict, headline, one row per gate and guard, findings. Plain text without
 * colour; control characters of model names are gone, so nothing in a certificate can move the cursor.
 *
 * @example for (const line of consoleLines(view)) terminal.out(line)
 */
export function consoleLines(view: CertificateView): readonly string[] {
  const lines = [`${view.verdict}  ${view.headline}`];
  if (view.confidence)
    lines.push(`      Confidence: ${view.confidence.label} (${view.confidence.explanation})`);
  lines.push(...noiseLines(view), ...divergenceLines(view), ...worstLines(view));
  lines.push('', 'Gates', ...rows(view.gates), '', 'Guards', ...guardRows(view.guards));
  if (view.findings.length > 0) {
    lines.push(
      '',
      'Findings',
      ...view.findings.map(({ severity, code, message }) => `  ${severity} ${code}: ${message}`),
    );
  }
  return lines.map(printable);
}

/** How much of the result is noise; nothing when nobody asked. */
export function noiseLines({ metric: { noiseFloor } }: CertificateView): string[] {
  return noiseFloor === null ? [] : [`      Noise floor: ${noiseFloor}`];
}

/** How far the predictions moved, in one line; nothing when nobody asked. */
export function divergenceLines({ divergence }: CertificateView): string[] {
  const line = divergenceLine(divergence);
  return line === null ? [] : [`      Divergence: ${line}`];
}

/** The window that got worst, in one line; nothing when none is recorded. */
export function worstLines({ worstWindows }: CertificateView): string[] {
  const worst = worstWindows?.windows[0];
  if (!worst) return [];
  const tokens = worstTokens(worst, 3).map(
    ({ text, delta }) => `"${visibleToken(text)}" ${signed(delta, 2)}`,
  );
  const most = tokens.length === 0 ? '' : `, most at ${tokens.join(', ')}`;
  return [
    `      Worst: ${worst.title}, loss ${worst.baseline.toFixed(4)} to ${worst.subject.toFixed(4)} (${signed(worst.delta)})${most}`,
  ];
}

function rows(gates: readonly GateRow[]): string[] {
  const columns = (['title', 'measured', 'threshold'] as const).map((key) =>
    Math.max(0, ...gates.map((gate) => gate[key].length)),
  );
  return gates.map((gate) => {
    const cells = [gate.title, gate.measured, gate.threshold].map((cell, index) =>
      cell.padEnd(columns[index] ?? 0),
    );
    return `  ${statusText[gate.status].padEnd(14)}${cells.join('  ')}  ${gate.basis}`.trimEnd();
  });
}

function guardRows(guards: readonly GateRow[]): string[] {
  const width = Math.max(0, ...guards.map(({ title }) => title.length));
  return guards.map(({ status, title, meaning }) =>
    `  ${statusText[status].padEnd(14)}${title.padEnd(width)}  ${meaning}`.trimEnd(),
  );
}

/** Without control characters and marks that change the direction of text. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
