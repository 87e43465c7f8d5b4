import type { VarianceSweepSummary } from '../../calibrate/variance-sweep.ts';
import type { NullSummary, PowerPoint } from './sweep-files.ts';

/** The summary of a null sweep for people. */
export function nullMarkdown(summaries: readonly NullSummary[]): string {
  const sections = summaries.map(({ tier, n_runs, observed, recommendations, edge_risks }) => {
    const { multiple_testing: testing, family_caps: caps } = recommendations;
    const kappas = Object.entries(observed.family_max_z).map(([family, z]) => [
      family,
      z,
      caps[family] ?? '–',
    ]);
    const rises = Object.entries(edge_risks.largest_rise_by_family).map(([family, rise]) => [
      family,
      rise,
      edge_risks.epsilon_by_family[family] ?? '– (never rose)',
    ]);
    return [
      `## ${tier}`,
      '',
      `${n_runs} runs, ${observed.any_warning_rate * 100} % of them with a warning of the spectral guard.`,
      `Multiple testing: ${testing.method}, alpha ${testing.alpha}, m ${testing.m}.`,
      '',
      ...table(['Family', 'Largest z', 'Recommended κ'], kappas),
      '',
      `Edge risks were measured in ${edge_risks.evaluated_runs} runs.`,
      '',
      ...table(['Family', 'Largest rise', 'Recommended ε'], rises),
    ].join('\n');
  });
  return `${['# Null sweep', ...sections].join('\n\n')}\n`;
}

/** The summary of a variance sweep for people. */
export function varianceMarkdown(
  summaries: readonly VarianceSweepSummary[],
  curve: readonly PowerPoint[],
): string {
  const rows = summaries.map(({ tier, n_runs, observed, recommendations }) => [
    tier,
    n_runs,
    observed.evaluated_runs,
    observed.mean_ci_width ?? '–',
    recommendations.min_effect_lognll,
    recommendations.expected_enable_rate,
  ]);
  const points = curve.map((point) => [
    point.tier,
    point.windows,
    point.runs,
    point.mean_ci_width ?? '–',
    point.min_effect_lognll,
    point.expected_enable_rate,
  ]);
  const effect = ['Mean interval width', 'Recommended min_effect_lognll', 'Expected enable rate'];
  return [
    '# Variance sweep',
    '',
    ...table(['Tier', 'Runs', 'Evaluated', ...effect], rows),
    '',
    '## By calibration windows',
    '',
    ...table(['Tier', 'Windows', 'Runs', ...effect], points),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
