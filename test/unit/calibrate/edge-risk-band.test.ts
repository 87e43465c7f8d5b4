import { expect, test } from 'vitest';
import { summarizeEdgeRisks } from '../../../engine/calibrate/edge-risk-band.ts';

const run = (before: object, after: object) => ({
  guards: [{ name: 'rmt', metrics: { edge_risk_by_family_base: before, edge_risk_by_family: after } }],
});

test('ε is the largest rise of a family with a margin, rounded up; what never rose has none', () => {
  const reports = [
    run({ attn: 2, ffn: 1, embed: 0 }, { attn: 2.1, ffn: 0.9, embed: 1 }),
    run({ attn: 2, ffn: 1 }, { attn: 2.25, ffn: 1 }),
    { guards: [{ name: 'rmt', status: 'not_evaluated', metrics: {} }] },
  ];
  expect(summarizeEdgeRisks(reports, 0.25)).toEqual({
    evaluated_runs: 2,
    largest_rise_by_family: { attn: 0.125, ffn: 0 },
    epsilon_by_family: { attn: 0.157 },
  });
});
