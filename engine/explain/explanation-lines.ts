import { printable } from '../render/console-lines.ts';
import { statusText } from '../render/status-text.ts';
import type { Explanation, GateExplanation } from './explanation.ts';

/** An explanation as a terminal shows it. When quiet, only what failed or warned. */
export function explanationLines(explanation: Explanation, onlyProblems = false): readonly string[] {
  const { verdict, headline, tier, profile, dataset, gates } = explanation;
  const shown = gates.filter(({ status }) => !onlyProblems || status === 'fail' || status === 'warn');
  return [
    `${verdict}  ${headline}`,
    `      Tier ${tier}, profile ${profile || 'unknown'}, data ${dataset || 'unknown'}`,
    ...shown.flatMap(gateLines),
  ].map(printable);
}

function gateLines(gate: GateExplanation): string[] {
  const rows = [
    ['value', gate.value],
    ['threshold', gate.threshold],
    ['set by', gate.source],
    ...gate.why.map((sentence) => ['why', sentence] as const),
    ...gate.advice.map((sentence) => ['to do', sentence] as const),
  ].filter(([, text]) => text !== '');
  return [
    '',
    `${gate.title}: ${statusText[gate.status]}`,
    ...rows.map(([label = '', text], index) => {
      const isRepeated = rows[index - 1]?.[0] === label;
      return `  ${(isRepeated ? '' : `${label}:`).padEnd(11)}${text}`;
    }),
  ];
}
