import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/load-config.ts';
import { marked } from '../../fixtures/marked-text.ts';

/** The one finding of a text stands at the mark; `says` must be part of its message, `fixed` the text after its fix. */
function check(input: string, code: string, says: string, fixed?: string): void {
  const { text, range } = marked(input);
  const { findings } = parseConfig(text, { file: 'x.yaml' });
  expect(findings.map((finding) => `${finding.code} ${finding.message}`)).toHaveLength(1);
  const [finding] = findings;
  expect(finding).toMatchObject({ code, file: 'x.yaml', range });
  expect(finding?.message).toContain(says);
  const fix = finding?.fix;
  const after = fix && text.slice(0, fix.range.start) + fix.newText + text.slice(fix.range.end);
  expect(after).toBe(fixed);
}

function checkClean(text: string): void {
  expect(parseConfig(text, { file: 'x.yaml' }).findings).toEqual([]);
}

describe('keys', () => {
  test('misspelt', () =>
    check(
      'dataset:\n  ⟦sed⟧: 42\n',
      'C110',
      'Unknown key "sed" in dataset. Did you mean "seed"?',
      'dataset:\n  seed: 42\n',
    ));
  test('misspelt in quotes', () =>
    check('{"dataset": {⟦"sed"⟧: 42}}', 'C110', '"seed"', '{"dataset": {"seed": 42}}'));
  test('misspelt at the top', () =>
    check('⟦datset⟧:\n  seed: 1\n', 'C110', '"dataset"', 'dataset:\n  seed: 1\n'));
  test('misspelt beside the right one', () =>
    check('dataset:\n  seed: 1\n  ⟦seeds⟧: 2\n', 'C110', 'Remove it'));
  test('in the wrong section', () => check('⟦seq_len⟧: 128\n', 'C110', 'belongs in dataset'));
  test('that every object inherits belong nowhere', () => {
    check('⟦constructor⟧: 1\n', 'C110', 'Unknown key "constructor". Remove it, or start');
    check('context: {⟦__proto__⟧: 1}\n', 'C110', 'Unknown key "__proto__" in context. Remove it.');
  });
  test('deep down', () =>
    check(
      'eval: {bootstrap: {⟦replicate⟧: 5}}\n',
      'C110',
      'in eval.bootstrap',
      'eval: {bootstrap: {replicates: 5}}\n',
    ));
  test('that start with an underscore at the top are free', () =>
    checkClean('_note: {x: 1}\ndataset: {seed: 1}\n'));
  test('removed, with the reason', () =>
    check('guards:\n  spectral:\n    ⟦mode⟧: null\n', 'C114', 'estimator'));
  test('removed as a whole', () => check('⟦assurance⟧:\n  mode: strict\n', 'C114', 'was removed'));
  test('removed, and null', () => check('⟦assurance⟧: null\n', 'C115', 'was removed'));
  test('that the engine owns', () => check('context:\n  ⟦profile⟧: dev\n', 'C114', 'certify.profile'));
  test('deprecated', () => check('eval: {bootstrap: {⟦n⟧: 10}}\n', 'C115', 'Use replicates'));
});

describe('types', () => {
  test('text for a number', () =>
    check(
      'dataset:\n  seq_len: ⟦"128"⟧\n',
      'C111',
      'a whole number, not the text "128"',
      'dataset:\n  seq_len: 128\n',
    ));
  test('a fraction for a whole number', () => check('dataset: {seed: ⟦1.5⟧}\n', 'C111', 'a whole number'));
  test('a whole number written as 2.0 is whole', () => checkClean('dataset: {seed: 2.0}\n'));
  test('a number for text', () =>
    check('model:\n  revision: ⟦7⟧\n', 'C111', 'must be text', 'model:\n  revision: "7"\n'));
  test('a scalar for a section', () => check('dataset: ⟦wikitext2⟧\n', 'C111', 'must be a mapping'));
  test('nothing for a section', () => check('⟦dataset⟧:\n', 'C111', 'must be a mapping, not empty'));
  test('nothing where null is allowed', () => checkClean('eval:\noutput:\ndataset: {seed: 1}\n'));
  test('a list for a section', () => check('guards: ⟦[spectral]⟧\n', 'C111', 'not a list'));
  test('the word yes for true', () => {
    const { findings } = parseConfig('auto:\n  enabled: yes\n', { file: 'x.yaml' });
    expect(findings.map(({ code, fix }) => [code, fix?.newText])).toEqual([
      ['C106', undefined],
      ['C111', 'true'],
    ]);
  });
});

describe('values', () => {
  test('of a closed list', () =>
    check('auto: {tier: ⟦balancd⟧}\n', 'C112', 'Did you mean "balanced"?', 'auto: {tier: balanced}\n'));
  test('of an open list, near a name', () =>
    check('model:\n  adapter: ⟦hf_casual⟧\n', 'C118', '"hf_causal"', 'model:\n  adapter: hf_causal\n'));
  test('of an open list, near nothing', () => checkClean('model: {adapter: my_plugin}\n'));
  test('of an open list, not a name', () => check('model: {adapter: ⟦"a b"⟧}\n', 'C117', 'is not a name'));
  test('in a list', () =>
    check(
      'guards:\n  order: [rmt, ⟦spectrl⟧]\n',
      'C112',
      '"spectral"',
      'guards:\n  order: [rmt, spectral]\n',
    ));
  test('out of range', () => check('eval: {bootstrap: {alpha: ⟦1⟧}}\n', 'C113', 'above 0 and below 1'));
  test('not a number at all', () => check('eval: {max_pm_ratio: ⟦.nan⟧}\n', 'C113', 'outside the range'));
  test('empty text', () => check('model: {id: ⟦""⟧}\n', 'C117', 'must not be empty'));
  test('twice in a list', () =>
    check('guards: {invariants: {profile_checks: [causal, ⟦causal⟧]}}\n', 'C117', 'stands twice'));
  test('too many items', () =>
    check('guards: {variance: {clamp: ⟦[0.1, 0.2, 0.3]⟧}}\n', 'C117', 'at most 2 items'));
});

describe('alternatives are chosen by what stands there', () => {
  test('a provider name', () =>
    check(
      'dataset:\n  provider: ⟦local_json⟧\n',
      'C112',
      '"local_jsonl"',
      'dataset:\n  provider: local_jsonl\n',
    ));
  test('a provider mapping', () =>
    check(
      'dataset: {provider: {kind: synthetic, ⟦base_sample⟧: [a]}}\n',
      'C110',
      '"base_samples"',
      'dataset: {provider: {kind: synthetic, base_samples: [a]}}\n',
    ));
  test('a provider mapping without its kind', () =>
    check('dataset: {⟦provider⟧: {path: x}}\n', 'C116', '"kind" is missing in dataset.provider'));
  test("another provider's option", () =>
    check('dataset: {provider: {kind: hf_text, ⟦file⟧: x}}\n', 'C119', 'It takes dataset_name'));
  test('neither', () =>
    check('dataset: {provider: ⟦[wikitext2]⟧}\n', 'C111', 'text or a mapping, not a list'));
  test('an edit plan by the name of the edit', () =>
    check('edit: {name: quant_rtn, plan: {bitwidth: ⟦9⟧}}\n', 'C113', 'at most 8'));
  test('a plan for no edit', () =>
    check('edit: {name: noop, ⟦plan⟧: {scope: ffn}}\n', 'C123', 'must stay empty'));
  test('a band as a list', () => check('primary_metric: {drift_band: [0.9, ⟦0⟧]}\n', 'C113', 'above 0'));
  test('a cap as a number or a mapping', () =>
    checkClean('guards: {spectral: {family_caps: {ffn: 2, attn: {kappa: 3}}}}\n'));
});

describe('what an include holds is unknown', () => {
  test('for a value', () => checkClean('dataset: !include data.yaml\n'));
  test('for defaults', () => checkClean('defaults: !include base.yaml\ncertify: {baseline: a}\n'));
});

describe('defaults', () => {
  test('are validated where they are written', () =>
    check('defaults:\n  dataset:\n    seq_len: ⟦1⟧\n', 'C113', 'at least 2'));
  test('do not nest', () => check('defaults:\n  ⟦defaults⟧: {}\n  meta: {}\n', 'C114', 'not merged'));
  test('are a mapping', () => check('⟦defaults⟧: 3\n', 'C111', 'must be a mapping'));
});
