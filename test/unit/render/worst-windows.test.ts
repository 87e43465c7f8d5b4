import { expect, test } from 'vitest';
import { certificateView } from '../../../engine/render/certificate-view.ts';
import { consoleLines } from '../../../engine/render/console-lines.ts';
import { renderHtml } from '../../../engine/render/html.ts';
import { renderMarkdown } from '../../../engine/render/markdown.ts';

function viewOf(texts: readonly string[], leftOut: string | null = null) {
  const tokens = {
    scored: 40,
    first: 3,
    ids: texts.map((_, index) => index),
    texts,
    baseline_nll: texts.map(() => 1),
    subject_nll: texts.map((_, index) => 1 + [2.5, 0.2, -0.6, 0][index % 4]!),
  };
  const window = { arm: 'final', window_id: 12, baseline_loss: 1, subject_loss: 1.5, delta: 0.5 };
  const windows = [leftOut === null ? { ...window, tokens } : window];
  return certificateView({
    worst_windows: { count: 5, compared: 40, increased: 7, tokens_left_out: leftOut, windows },
  });
}

test('tokens are coloured by how much their loss changed, and text of a model is never markup', () => {
  const html = renderHtml(viewOf(['<img src=x>', ' the', '"on\n', '\u001b[31m\u202e']));
  expect(html).toContain('<span class="worse3" title="1.000 → 3.500 (+2.500)">&lt;img src=x&gt;</span>');
  expect(html).toContain('<span class="worse1" title="1.000 → 1.200 (+0.200)"> the</span>');
  expect(html).toContain('<span class="better2" title="1.000 → 0.400 (−0.600)">&quot;on⏎<br></span>');
  expect(html).toContain('<span class="same" title="1.000 → 1.000 (+0.000)">\ufffd[31m\ufffd</span>');
  expect(html).not.toMatch(/ (style|on\w+)="/u);
  expect(html).toContain('tokens 4 to 7 of 40 scored ones');
});

test('Markdown lists the tokens whose loss rose most, with their spaces shown', () => {
  const markdown = renderMarkdown(viewOf(['|a|', ' the', 'x', 'y']));
  expect(markdown).toContain('| Window 12 (final) | 1.0000 | 1.5000 | +0.5000 |');
  expect(markdown).toContain(String.raw`| \|a\| | 1.000 | 3.500 | +2.500 |`);
  expect(markdown).toContain('| ␣the | 1.000 | 1.200 | +0.200 |');
  expect(markdown).not.toContain('| x |');
});

test('the console has one line', () => {
  expect(consoleLines(viewOf([' a', 'b'])).filter((line) => line.includes('Worst'))).toEqual([
    '      Worst: Window 12 (final), loss 1.0000 to 1.5000 (+0.5000), most at "␣a" +2.50, "b" +0.20',
  ]);
});

test('what has no tokens says why, everywhere', () => {
  const view = viewOf([], 'INVARLOCK_STORE_EVAL_WINDOWS is off.');
  const sentence = 'No tokens are shown: INVARLOCK_STORE_EVAL_WINDOWS is off.';
  expect(renderHtml(view)).toContain(sentence);
  expect(renderMarkdown(view)).toContain(sentence.replaceAll('_', String.raw`\_`));
  expect(renderHtml(view)).not.toContain('class="tokens"');
});

test('a certificate without worst windows has no section for them', () => {
  const view = certificateView({});
  expect(renderHtml(view)).not.toContain('Worst Windows');
  expect(renderMarkdown(view)).not.toContain('Worst Windows');
});
