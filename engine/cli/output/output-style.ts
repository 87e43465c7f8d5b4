import { Option } from 'commander';
import type { Style } from './terminal.ts';

/** How a command writes what happens (spec 01 §3.2): for logs and audits, or for people. */
const outputStyles = ['audit', 'friendly'] as const;
export type OutputStyle = (typeof outputStyles)[number];

/** What a line is about. */
export type EventTag = 'INIT' | 'DATA' | 'EXEC' | 'METRIC' | 'PASS' | 'FAIL' | 'WARN' | 'INFO' | 'EDIT';

const signs: Readonly<Record<EventTag, string | undefined>> = {
  INIT: '🔒',
  DATA: '📦',
  EXEC: undefined,
  METRIC: '📏',
  PASS: '✅',
  FAIL: '❌',
  WARN: '🚧',
  INFO: '💡',
  EDIT: '🔧',
};

/** `--style`; `fallback` says in the help what counts without it. */
export function styleOption(fallback: string): Option {
  return new Option(
    '--style <name>',
    `how lines look, audit (tags, for logs) or friendly (for people); default ${fallback}`,
  ).choices([...outputStyles]);
}

/** The style of a profile, for commands that follow it: the strict ones are read by machines and auditors. */
export function styleOfProfile(profile: string): OutputStyle {
  return ['ci', 'ci_cpu', 'release'].includes(profile.trim().toLowerCase()) ? 'audit' : 'friendly';
}

/**
 * One line about what happened: `[TAG] message` for audits; for people a sign and the message, or the message alone.
 *
 * @example eventLine('audit', 'PASS', 'all gates pass', makeStyle(false)) // '[PASS] all gates pass'
 */
export function eventLine(style: OutputStyle, tag: EventTag, message: string, paint: Style): string {
  if (style === 'audit') return `${paintOf(tag, paint)(`[${tag}]`)} ${message}`;
  const sign = signs[tag];
  return sign === undefined ? `  ${message}` : `${sign} ${paintOf(tag, paint)(message)}`;
}

/** A label and its value (spec 01 §3.2). */
export function keyValueLine(label: string, value: string, width = 18): string {
  return `  ${label.padEnd(width)}: ${value}`;
}

function paintOf(tag: EventTag, paint: Style): (text: string) => string {
  switch (tag) {
    case 'PASS':
      return paint.good;
    case 'FAIL':
      return paint.bad;
    case 'WARN':
      return paint.warn;
    case 'METRIC':
      return paint.info;
    default:
      return (text) => text;
  }
}
