import path from 'node:path';
import { docsUrl } from '../../codes/index.ts';
import type { Finding } from '../../core/findings.ts';
import { lineAndColumn } from '../../core/line-and-column.ts';

/** Where a command writes. stdout carries results, stderr progress and problems. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Rewrites the current line on a terminal; undefined where output is not a terminal. */
  readonly rewrite: ((line: string) => void) | undefined;
  readonly style: Style;
  /** Learns of every finding that is printed. */
  onFinding?(finding: Finding, textOf: (file: string) => string | undefined): void;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  info(text: string): string;
}

/** Colour only on a terminal, and never with NO_COLOR or --no-color (spec 01 §3.2). */
export function makeStyle(colour: boolean): Style {
  const wrap = (open: number, close: number) => (text: string) =>
    colour ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    good: wrap(32, 39),
    bad: wrap(31, 39),
    warn: wrap(33, 39),
    info: wrap(36, 39),
  };
}

/** `path:line:col: severity CODE: message`, the form that the extension's problem matcher reads. */
export function findingLine(
  finding: Finding,
  textOf: (file: string) => string | undefined,
  style: Style,
): string {
  const paint =
    finding.severity === 'error' ? style.bad : finding.severity === 'warning' ? style.warn : style.dim;
  const label = paint(`${finding.severity} ${finding.code}`);
  if (!finding.file) return `${label}: ${finding.message}`;
  if (!finding.range) {
    // Many messages name the file itself; of two models with a config.json each, the folder tells which one is meant.
    const isNamed = [finding.file, path.dirname(finding.file)].some((one) => finding.message.includes(one));
    return `${label}: ${finding.message}${isNamed ? '' : style.dim(` (${finding.file})`)}`;
  }
  const text = textOf(finding.file);
  const place = text === undefined ? undefined : lineAndColumn(text, finding.range.start);
  return place
    ? `${finding.file}:${place.line}:${place.column}: ${label}: ${finding.message}`
    : `${finding.file}: ${label}: ${finding.message}`;
}

/** Prints findings, most serious first, and one line with the page of the first error. */
export function printFindings(
  terminal: Terminal,
  findings: readonly Finding[],
  textOf: (file: string) => string | undefined,
): void {
  const order = { error: 0, warning: 1, note: 2 };
  const sorted = [...findings].sort((a, b) => order[a.severity] - order[b.severity]);
  for (const finding of sorted) {
    terminal.err(findingLine(finding, textOf, terminal.style));
    terminal.onFinding?.(finding, textOf);
  }
  const first = sorted[0];
  if (first?.severity === 'error') terminal.err(terminal.style.dim(`  help: ${docsUrl(first.code)}`));
}
