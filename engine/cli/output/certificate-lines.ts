import type { CertificateView, GateRow, GateStatus } from '../../render/certificate-view.ts';
import {
  consoleLines,
  divergenceLines,
  noiseLines,
  printable,
  worstLines,
} from '../../render/console-lines.ts';
import { type EventTag, eventLine, type OutputStyle } from './output-style.ts';
import type { Style } from './terminal.ts';

const tags: Readonly<Record<GateStatus, EventTag>> = {
  pass: 'PASS',
  fail: 'FAIL',
  warn: 'WARN',
  info: 'INFO',
  not_evaluated: 'INFO',
};

/** What a certificate says, after the run that wrote it: tables for people, one tagged line per fact for audits. */
export function certificateLines(view: CertificateView, style: OutputStyle, paint: Style): readonly string[] {
  const event = (tag: EventTag, text: string) => eventLine(style, tag, printable(text), paint);
  if (style === 'friendly') {
    const [verdict = '', ...rest] = consoleLines(view);
    return [event(view.verdict, verdict), ...rest];
  }
  const { confidence, gates, guards, findings } = view;
  return [
    event(view.verdict, view.headline),
    ...(confidence ? [event('METRIC', `Confidence: ${confidence.label} (${confidence.explanation})`)] : []),
    ...[...noiseLines(view), ...divergenceLines(view), ...worstLines(view)].map((line) =>
      event('METRIC', line.trim()),
    ),
    ...gates.map((gate) => event(tags[gate.status], gateText(gate))),
    ...guards.map((guard) => event(tags[guard.status], guardText(guard))),
    ...findings.map(({ severity, code, message }) =>
      event(severity === 'error' ? 'FAIL' : severity === 'warning' ? 'WARN' : 'INFO', `${code}: ${message}`),
    ),
  ];
}

function gateText({ title, measured, threshold, basis, status }: GateRow): string {
  const facts = [measured, threshold, basis].filter((fact) => fact !== '');
  const isOpen = status === 'not_evaluated' ? ['not evaluated'] : [];
  return `Gate ${title}: ${[...isOpen, ...facts].join(' | ')}`;
}

function guardText({ title, meaning, status }: GateRow): string {
  return `Guard ${title}: ${status === 'not_evaluated' ? 'not evaluated | ' : ''}${meaning}`;
}
