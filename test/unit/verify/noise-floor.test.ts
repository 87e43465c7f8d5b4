import { expect, test } from 'vitest';
import { identifiedLosses } from '../../../engine/certificate/blocks/windows-block.ts';
import { buildCertificate } from '../../../engine/certificate/build-certificate.ts';
import { certificateIntegrity } from '../../../engine/certificate/integrity.ts';
import { readJson } from '../../../engine/core/json-reader.ts';
import { writeJson } from '../../../engine/core/json-writer.ts';
import { noiseBand } from '../../../engine/metrics/noise-floor.ts';
import { certificateView } from '../../../engine/render/certificate-view.ts';
import { consoleLines } from '../../../engine/render/console-lines.ts';
import { renderHtml } from '../../../engine/render/html.ts';
import { renderMarkdown } from '../../../engine/render/markdown.ts';
import type { MeasuredNoiseFloor, NoiseFloor } from '../../../engine/report/noise-floor.ts';
import { verifyCertificate } from '../../../engine/verify/verify-certificate.ts';
import { makeReports } from '../../fixtures/run-report.ts';

const pair = makeReports({ windows: 20 });

/** A second evaluation whose losses differ by so much, up in one window and down in the next. */
function floor(noise: number): MeasuredNoiseFloor {
  const { preview, final } = pair.baseline.evaluation_windows;
  const first = { preview: identifiedLosses(preview), final: identifiedLosses(final) };
  const shifted = (arm: typeof first.preview) =>
    arm.map((window) => ({
      ...window,
      loss: (window.loss ?? 0) + (window.id % 2 === 0 ? noise : -noise / 2),
    }));
  const second = { preview: shifted(first.preview), final: shifted(first.final) };
  const recorded = (arm: typeof first.preview) => ({
    window_ids: arm.map(({ id }) => id),
    logloss: arm.map(({ loss }) => loss),
  });
  return {
    evaluated: true,
    first: { device: 'cpu', threads: 2 },
    second: { device: 'cpu', threads: 1 },
    ...noiseBand(first, second, pair.baseline.metrics.bootstrap),
    evaluation_windows: { preview: recorded(second.preview), final: recorded(second.final) },
  };
}

function certificateOf(noise: NoiseFloor) {
  const { value } = buildCertificate({
    baseline: pair.baseline,
    subject: { ...pair.subject, noise_floor: noise },
    generatedAt: new Date(2025, 10, 2),
    environment: {},
    toolVersion: '0.1.0',
  });
  return JSON.parse(writeJson(value));
}

type Block = MeasuredNoiseFloor & { margin: number; margin_inside: boolean };

function findingsAfter(change: (floor: { -readonly [K in keyof Block]: Block[K] }) => unknown) {
  const certificate = certificateOf(floor(0.01));
  change(certificate.noise_floor);
  certificate.integrity = certificateIntegrity(readJson(writeJson(certificate)).value!);
  return verifyCertificate(writeJson(certificate), { profile: 'dev' })
    .findings.filter(({ pointer }) => pointer?.startsWith('/noise_floor'))
    .map(({ code, pointer }) => `${code} ${pointer}`);
}

test.each<[string, Parameters<typeof findingsAfter>[0], string[]]>([
  ['nothing', () => {}, []],
  ['the band', (block) => (block.max_abs_delta = 0), ['E602 /noise_floor/max_abs_delta']],
  ['the ratio', (block) => (block.ratio = 1), ['E602 /noise_floor/ratio']],
  ['the margin', (block) => (block.margin = 1), ['E602 /noise_floor/margin']],
  ['what it means', (block) => (block.margin_inside = true), ['E602 /noise_floor/margin_inside']],
  [
    'a window left out',
    (block) => (block.evaluation_windows.final.logloss as number[]).pop(),
    ['V520 /noise_floor/evaluation_windows'],
  ],
])('a noise floor with a change of %s', (_name, change, expected) => {
  expect(findingsAfter(change)).toEqual(expected);
});

test('every form says how much is noise, and that a verdict lies inside it', () => {
  const wide = certificateView(certificateOf(floor(0.2)));
  const sentence = 'The verdict on the primary metric lies inside the noise';
  for (const text of [renderHtml(wide), renderMarkdown(wide), consoleLines(wide).join('\n')]) {
    expect(text).toContain(sentence);
    expect(text).toContain('cpu, 1 thread against cpu, 2 threads');
  }
  const narrow = consoleLines(certificateView(certificateOf(floor(0)))).join('\n');
  expect(narrow).toContain(
    'Noise floor: ratio 1.000000 (interval 1.000000 to 1.000000), windows differ by at most 0.0e+0',
  );
  expect(narrow).not.toContain(sentence);
});

test('one that was not measured says why', () => {
  const view = certificateView(
    certificateOf({ evaluated: false, status: 'not_evaluated', reason: 'Nobody could.' }),
  );
  expect(consoleLines(view).join('\n')).toContain('Noise floor: not evaluated: Nobody could.');
});
