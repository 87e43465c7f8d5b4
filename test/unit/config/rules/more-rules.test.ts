import { describe, expect, test } from 'vitest';
import { checkConfigTree } from '../../../../engine/config/load-config.ts';
import { readConfigTree } from '../../../../engine/config/read-config-tree.ts';
import type { RuleSituation } from '../../../../engine/config/rules/rule.ts';
import { marked } from '../../../fixtures/marked-text.ts';

type Expected = readonly (readonly [code: string, says: string])[];

/** The findings of a text; the first stands at the mark, and its fix gives `fixed`. */
function check(input: string, expected: Expected, fixed?: string, situation: RuleSituation = {}): void {
  const { text, range } = marked(input);
  const findings = checkConfigTree(readConfigTree.fromText(text, 'x.yaml'), { situation, hints: false });
  expect(findings.map(({ code, message }) => [code, message])).toEqual(
    expected.map(([code, says]) => [code, expect.stringContaining(says)]),
  );
  if (range) expect(findings[0]?.range).toEqual(range);
  const fix = findings[0]?.fix;
  expect(fix && text.slice(0, fix.range.start) + fix.newText + text.slice(fix.range.end)).toBe(fixed);
}

describe('counts below the floor of the tier', () => {
  const both = (count: number) => `dataset: {preview_n: ${count}, final_n: ${count}}\n`;
  const dev = 'certify: {profile: dev, tier: conservative}\n';
  const data = 'provider: wikitext2, seq_len: 8';
  test('under dev are warned about, with the floor as fix', () =>
    check(
      `${dev}dataset: {${data}, preview_n: ⟦219⟧, final_n: 219}\n`,
      [
        ['C134', 'the tier conservative asks for at least 220'],
        ['C134', 'final_n is 219'],
      ],
      `${dev}dataset: {${data}, preview_n: 220, final_n: 219}\n`,
    ));
  test('at the floor are right', () => check(`${dev}dataset: {${data}, preview_n: 220, final_n: 220}\n`, []));
  test.each(['ci', 'release'])('under %s are raised, so nothing is said', (profile) =>
    check(`certify: {profile: ${profile}}\ndataset: {${data}, preview_n: 2, final_n: 2}\n`, []),
  );
  test('under an unknown profile are nobody’s business', () => check(both(2), []));
  test('follow the command line, not the file', () => {
    check(
      `certify: {profile: ci}\ndataset: {${data}, preview_n: 2, final_n: 180}\n`,
      [['C131', '']],
      `certify: {profile: ci}\ndataset: {${data}, preview_n: 2, final_n: 2}\n`,
    );
    check(`${both(150)}`, [], undefined, { profile: 'dev', tier: 'aggressive' });
    check(
      both(150),
      [
        ['C134', 'balanced'],
        ['C134', ''],
      ],
      'dataset: {preview_n: 180, final_n: 150}\n',
      {
        profile: 'dev',
      },
    );
  });
  test('of replicates too, unless intervals are off', () => {
    const run = (bootstrap: string) =>
      `certify: {profile: dev}\ndataset: {${data}, preview_n: 180, final_n: 180}\neval: {bootstrap: ${bootstrap}}\n`;
    check(run('{replicates: ⟦500⟧}'), [['C134', '1200']], run('{replicates: 1200}'));
    check(run('{replicates: 0}'), []);
    check(run('{enabled: false, replicates: 5}'), []);
  });
});

describe('a profile below its tier', () => {
  test('is said where the tier is chosen', () =>
    check('certify: {profile: ci_cpu, tier: ⟦conservative⟧}\ndataset: {provider: wikitext2, seq_len: 8}\n', [
      ['C135', '120 windows per arm, and the tier conservative asks for 220'],
    ]));
  test('is said at the data where nothing in the file chooses them', () =>
    check(
      '⟦dataset⟧: {provider: wikitext2, seq_len: 8}\n',
      [['C135', '120 windows per arm, and the tier balanced asks for 180']],
      undefined,
      { profile: 'ci_cpu' },
    ));
  test('is fine with counts of the file', () =>
    check(
      'certify: {profile: ci_cpu, tier: conservative}\ndataset: {provider: wikitext2, seq_len: 8, preview_n: 220, final_n: 220}\n',
      [],
    ));
  test('is not said of ci, which follows the tier', () =>
    check('certify: {profile: ci, tier: conservative}\ndataset: {provider: wikitext2, seq_len: 8}\n', []));
  test('is not said when the counts stand in an include', () =>
    check('certify: {profile: ci_cpu, tier: conservative}\ndataset: !include d.yaml\n', []));
});

describe('max_samples', () => {
  test('below both arms', () =>
    check(
      'dataset: {provider: hf_text, max_samples: ⟦100⟧, preview_n: 64, final_n: 64}',
      [['C136', '128 windows are needed.']],
      'dataset: {provider: hf_text, max_samples: 128, preview_n: 64, final_n: 64}',
    ));
  test('below what the profile asks for', () =>
    check(
      'dataset: {provider: {kind: hf_text, max_samples: 300}, preview_n: 64, final_n: 64}',
      [['C136', '400 windows are needed under ci']],
      'dataset: {provider: {kind: hf_text, max_samples: 400}, preview_n: 64, final_n: 64}',
      { profile: 'ci' },
    ));
  test('enough', () =>
    check('dataset: {provider: hf_text, max_samples: 128, preview_n: 64, final_n: 64}', []));
});

describe('the order of guards', () => {
  const order = (list: string) => `guards: {order: ${list}}`;
  test.each([
    '[]',
    '[noop]',
    '[invariants]',
    '[invariants, spectral, rmt, variance, invariants]',
    '[spectral, invariants, noop]',
    '[spectral, !include x.yaml]',
  ])('%s is right', (list) => check(order(list), []));
  test('without invariants at the end', () =>
    check('guards: {⟦order⟧: [invariants, spectral]}', [['C130', 'Add invariants as the last one']]));
  test('with a repeated guard', () =>
    check(order('[rmt, spectral, ⟦rmt⟧, invariants]'), [
      ['C129', 'The guard rmt stands in the order twice'],
    ]));
  test('with invariants in the middle', () =>
    check(order('[invariants, ⟦invariants⟧, rmt, invariants]'), [['C129', 'invariants']]));
  test('with an unknown name says only that', () =>
    check(order('[invariants, spectrum]'), [['C112', 'spectral']], order('[invariants, spectral]')));
});

describe('bounds', () => {
  test.each([
    ['primary_metric: {⟦acceptance_range⟧: {min: 1.2, max: 1.0}}', 'C137', 'taken as 1.2 to 1.2'],
    ['primary_metric: {⟦drift_band⟧: [1.1, 0.9]}', 'C137', 'default band'],
    ['primary_metric: {⟦drift_band⟧: {min: 1, max: 1}}', 'C137', 'default band'],
    ['guards: {variance: {⟦clamp⟧: [1.1, 0.9]}}', 'C137', 'must be below'],
    ['eval: {loss: {random_token_prob: 0.7, original_token_prob: ⟦0.5⟧}}', 'C138', '1.2'],
  ])('%s', (input, code, says) => check(input, [[code, says]]));
  test('in order', () =>
    check('primary_metric: {acceptance_range: {min: 1, max: 1}, drift_band: {min: 0.9}}', []));
});

describe('a setting that is given twice', () => {
  test.each([
    ['model: {⟦dtype⟧: float16, torch_dtype: float32}', 'model.torch_dtype is given too'],
    ['eval: {bootstrap: {⟦n⟧: 5, replicates: 1200}}', 'eval.bootstrap.replicates'],
    [
      'certify: {tier: balanced}\nauto: {⟦tier⟧: aggressive}\ndataset: {provider: wikitext2, seq_len: 8}\n',
      'certify.tier',
    ],
  ])('%s', (input, says) => {
    const { text, range } = marked(input);
    const findings = checkConfigTree(readConfigTree.fromText(text, 'x'), { hints: false });
    const [finding] = findings.filter(({ code }) => code === 'C126');
    expect(finding).toMatchObject({ severity: 'warning', range, message: expect.stringContaining(says) });
  });
  test('with one value is no contradiction', () =>
    check(
      'certify: {tier: balanced}\nauto: {tier: balanced}\ndataset: {provider: wikitext2, seq_len: 8}\n',
      [],
    ));
});

test('another width than 8 is outside the contract', () =>
  check(
    'edit: {name: quant_rtn, plan: {bitwidth: ⟦4⟧}}',
    [['C127', '4 bits']],
    'edit: {name: quant_rtn, plan: {bitwidth: 8}}',
  ));

test('code of a checkpoint is never run', () => {
  check('model: {trust_remote_code: ⟦true⟧}', [['C128', 'never run']], 'model: {trust_remote_code: false}');
  check('model: {trust_remote_code: false}', []);
});

test('keys that change nothing are hints for those who ask', () => {
  const text = 'auto: {enabled: true, tier: balanced}\noutput: {save_report: true}\nmodel: {cache_dir: x}\n';
  const tree = readConfigTree.fromText(text, 'x');
  expect(checkConfigTree(tree, { hints: false })).toEqual([]);
  const hints = checkConfigTree(tree);
  expect(hints.map(({ code, severity, pointer }) => [code, severity, pointer])).toEqual([
    ['C124', 'note', '/auto/enabled'],
    ['C125', 'note', '/output/save_report'],
    ['C125', 'note', '/model/cache_dir'],
  ]);
});
