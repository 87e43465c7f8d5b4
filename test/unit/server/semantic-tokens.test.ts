import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyze } from '../../../server/analysis.ts';
import { semanticTokens, tokenLegend } from '../../../server/features/semantic-tokens.ts';
import { marked } from '../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** The tokens of a text as `word kind`, decoded as an editor does it. */
async function tokensOf(text: string, name = 'run.invarlock.yaml', within?: { start: number; end: number }) {
  const document = TextDocument.create(`file:///project/${name}`, 'yaml', 1, text);
  const files = new MemoryFiles({ [`/project/${name}`]: text, '/project/base.yaml': 'dataset: {}\n' });
  const analysis = await analyze(document, { files, allowIncludeOutside: false });
  const { data } = semanticTokens(document, analysis, within);
  const found: string[] = [];
  let line = 0;
  let character = 0;
  for (let at = 0; at < data.length; at += 5) {
    const [lines = 0, characters = 0, length = 0, type = 0, modifiers = 0] = data.slice(at, at + 5);
    character = lines === 0 ? character + characters : characters;
    line += lines;
    const start = document.offsetAt({ line, character });
    const kind = tokenLegend.tokenModifiers[Math.log2(modifiers)];
    found.push(`${text.slice(start, start + length)} ${tokenLegend.tokenTypes[type]}.${kind}`);
  }
  return found;
}

async function check(text: string, expected: readonly string[], name?: string) {
  expect(await tokensOf(text, name)).toEqual(expected);
}

describe('names in a configuration', () => {
  test('of sections and guards', () =>
    check('guards:\n  order: [rmt, "spectral"]\n  rmt: {margin: 2}\n', [
      'guards namespace.section',
      'rmt class.guard',
      '"spectral" class.guard',
      'rmt class.guard',
    ]));
  test('of metrics, providers, profiles, tiers and edits', () =>
    check(
      'certify: {profile: ci, tier: balanced}\nauto: {tier: balanced}\ndataset:\n  provider: {kind: synthetic}\neval: {metric: {kind: ppl_causal}}\nedit: {name: noop}\n',
      [
        'certify namespace.section',
        'ci enumMember.profile',
        'balanced enumMember.tier',
        'auto namespace.section',
        'balanced enumMember.tier',
        'dataset namespace.section',
        'synthetic enumMember.provider',
        'eval namespace.section',
        'ppl_causal enumMember.metric',
        'edit namespace.section',
        'noop enumMember.edit',
      ],
    ));
  test('below defaults', () =>
    check('defaults:\r\n  auto:\r\n    tier: aggressive\r\n', [
      'defaults namespace.section',
      'auto namespace.section',
      'aggressive enumMember.tier',
    ]));
  test('numbers whose key says the unit', () =>
    check('guards: {variance: {min_effect_lognll: 0.1, min_gain: 0.2}}\n', [
      'guards namespace.section',
      'variance class.guard',
      '0.1 number.unit',
    ]));
  test('includes, also behind an anchor and in quotes', () =>
    check('defaults: !include base.yaml # theirs\ndataset: &d !include "base.yaml"\n', [
      'defaults namespace.section',
      '!include keyword.include',
      'base.yaml string.path',
      'dataset namespace.section',
      '!include keyword.include',
      '"base.yaml" string.path',
    ]));
  test('with characters outside the basic plane before them', () =>
    check('_note: "🦫"\nauto: {tier: balanced} # 🦫\n', [
      'auto namespace.section',
      'balanced enumMember.tier',
    ]));
});

describe('no token', () => {
  test('for a name that is wrong, or only looks like one of ours', () =>
    check('datset: {}\nguards: {order: [rmtt], spectrl: {}}\nmeta: {tier: balanced, note: rmt}\n', [
      'guards namespace.section',
      'meta namespace.section',
    ]));
  test('for an include that is refused', () =>
    check('defaults: !include ../x.yaml\n', ['defaults namespace.section', '!include keyword.include']));
  test('for an alias: its value is written elsewhere', () =>
    check('auto: {tier: &t balanced}\ncertify: {baseline: a, subject: b, tier: *t}\n', [
      'auto namespace.section',
      'balanced enumMember.tier',
      'certify namespace.section',
    ]));
  test('in half-typed text where it would run over lines', () =>
    check('guards:\n  order: [rmt,\n', ['guards namespace.section', 'rmt class.guard']));
  test("in somebody else's YAML", () =>
    check('guards:\n  order: [rmt]\nprofile: dev\n', [], 'docker-compose.yaml'));
});

test('tiers of a root of their own', () =>
  check(
    'balanced:\n  metrics: {pm_ratio: {min_tokens: 5}}\n  rmt_guard: {margin: 1.5}\n',
    ['balanced enumMember.tier', 'metrics namespace.section', 'rmt_guard class.guard'],
    'runtime/tiers.yaml',
  ));

test('only what lies in the range that is asked for', async () => {
  const { text, range } = marked('auto: {tier: balanced}\n⟦edit: {name: noop}⟧\nguards: {order: [rmt]}\n');
  expect(await tokensOf(text, undefined, range)).toEqual(['edit namespace.section', 'noop enumMember.edit']);
});

test('the manifest tells themes every kind', () => {
  const { contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  expect(contributes.semanticTokenModifiers.map(({ id }: { id: string }) => id)).toEqual(
    tokenLegend.tokenModifiers,
  );
  const [{ language, scopes }] = contributes.semanticTokenScopes;
  expect(language).toBe('yaml');
  expect(Object.keys(scopes).map((selector) => selector.split('.')[1])).toEqual(tokenLegend.tokenModifiers);
  for (const selector of Object.keys(scopes))
    expect(tokenLegend.tokenTypes).toContain(selector.split('.')[0]);
});
