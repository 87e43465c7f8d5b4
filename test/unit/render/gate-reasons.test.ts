import { expect, test } from 'vitest';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { certificateView } from '../../../engine/render/certificate-view.ts';
import { type FixtureOptions, makeReports } from '../../fixtures/run-report.ts';

function viewOf(options: FixtureOptions) {
  const inputs = { generatedAt: new Date(2025, 10, 2, 12), environment: {}, toolVersion: '0.1.0' };
  return certificateView(buildCertificate({ ...makeReports(options), ...inputs }).value!);
}

const floor = '10000 tokens were evaluated, fewer than the floor of 50000';
const ratio = 'the ratio is above 1.102';
const bound = 'the upper bound of the interval is above 1.102';

/** What the headline adds to ratio and limit, and what the row of the gate says. */
test.each<[string, FixtureOptions, added: string, meaning: string]>([
  ['passes', {}, '', 'Ratio vs baseline'],
  ['passes within the hysteresis', { shift: 0.0955 }, '', 'Ratio vs baseline, within the hysteresis'],
  ['fails on the ratio', { shift: 0.2 }, '', `${ratio}; ${bound}`],
  ['fails on a bound', { shift: 0.0968 }, ` The gate failed: ${bound}.`, bound],
  ['fails on tokens', { tokensPerWindow: 25 }, ` The gate failed: ${floor}.`, floor],
  [
    'fails on ratio and tokens',
    { shift: 0.2, tokensPerWindow: 25 },
    ` The gate failed: ${floor}.`,
    `${ratio}; ${bound}; ${floor}`,
  ],
])('a metric gate that %s', (_name, options, added, meaning) => {
  const { headline, gates } = viewOf(options);
  expect(headline.split('; the limit is 1.10.')[1]).toBe(added);
  expect(gates[0]?.meaning).toBe(meaning);
});

test('a drift gate that fails says why', () => {
  const { gates } = viewOf({ drift: 0.1 });
  expect(gates.find(({ name }) => name === 'preview_final_drift_acceptable')?.meaning).toBe(
    'final ÷ preview lies outside 0.95 to 1.05',
  );
});
