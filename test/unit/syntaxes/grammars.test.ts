import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, '../../..');

/** What an editor's own grammars do, as far as it matters here: comments, quoted text, keys. */
const bases: Readonly<Record<string, object>> = {
  'source.yaml': {
    scopeName: 'source.yaml',
    patterns: [
      { match: '#.*$', name: 'comment.line.number-sign.yaml' },
      { begin: '"', end: '"', name: 'string.quoted.double.yaml' },
      // As VS Code's own: a key is a region of its own, and its column tells the nesting.
      {
        begin: '(?=[\\w-]+\\s*:)',
        end: '(?=:)',
        name: 'meta.map.key.yaml',
        patterns: [{ match: '[\\w-]+', name: 'entity.name.tag.yaml' }],
      },
    ],
  },
  'source.json': {
    scopeName: 'source.json',
    patterns: [{ begin: '"', end: '"', name: 'string.quoted.double.json' }],
  },
  'source.json.lines': {
    scopeName: 'source.json.lines',
    patterns: [{ begin: '"', end: '"', name: 'string.quoted.double.json' }],
  },
};

const injections: Readonly<Record<string, string>> = {
  'invarlock.yaml.injection': 'syntaxes/invarlock-yaml.tmLanguage.json',
  'invarlock.yaml-keys.injection': 'syntaxes/invarlock-yaml-keys.tmLanguage.json',
  'invarlock.json.injection': 'syntaxes/invarlock-json.tmLanguage.json',
};

let registry: textmate.Registry;

beforeAll(async () => {
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm);
  registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    async loadGrammar(scopeName) {
      const file = injections[scopeName];
      const text = file ? readFileSync(path.join(root, file), 'utf8') : JSON.stringify(bases[scopeName]);
      return textmate.parseRawGrammar(text, 'grammar.json');
    },
    getInjections: (scopeName) => (scopeName in bases ? Object.keys(injections) : []),
  });
});

/** What our rules mark in a text: `[text, scope]`, scopes of the editor's own left out. */
async function marked(base: string, text: string): Promise<[string, string][]> {
  const grammar = await registry.loadGrammar(base);
  const found: [string, string][] = [];
  let state = textmate.INITIAL;
  for (const line of text.split('\n')) {
    const result = grammar!.tokenizeLine(line, state);
    state = result.ruleStack;
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const own = scopes.filter((scope) => scope.endsWith('.invarlock'));
      if (own.length > 0) found.push([line.slice(startIndex, endIndex), own[own.length - 1] ?? '']);
    }
  }
  return found;
}

describe('configurations', () => {
  test.each<[string, [string, string][]]>([
    ['certify:\n  baseline: a\n', [['certify', 'entity.name.section.invarlock']]],
    ['  certify:\n', []],
    ['recertify: 1\n', []],
    ['  threshold_mb: 768\n', []],
    ['  min_effect_lognll: 0.1\n', [['_lognll', 'keyword.other.unit.invarlock']]],
    ['  preview_n: 64\n', []],
    [
      'order: [rmt, spectral]\n# variance\norder:\n  - variance\n',
      [
        ['rmt', 'support.class.guard.invarlock'],
        ['spectral', 'support.class.guard.invarlock'],
        ['variance', 'support.class.guard.invarlock'],
      ],
    ],
    [
      'defaults: !include base.yaml # theirs\n',
      [
        ['!include', 'keyword.control.include.invarlock'],
        ['base.yaml', 'string.other.link.include.invarlock'],
      ],
    ],
    ['note: "!include base.yaml ppl_causal"\n', []],
    ['# ppl_causal !include x\n', []],
    ['kind: ppl_causal\n', [['ppl_causal', 'support.type.metric.invarlock']]],
    ['kind: my_ppl_causal\n', []],
    ['provider: local_jsonl_pairs\n', [['local_jsonl_pairs', 'support.type.provider.invarlock']]],
    ['name: quant_rtn\n', [['quant_rtn', 'support.type.edit.invarlock']]],
    ['  tier: balanced # both\n', [['balanced', 'support.type.level.invarlock']]],
    // The names of profiles are other tools' too.
    ['  profile: dev\n', []],
    [
      'x: 1 # invarlock-disable-line C118, C106\n',
      [
        ['# ', 'comment.line.number-sign.invarlock'],
        ['invarlock-disable-line', 'keyword.other.directive.invarlock'],
        [' C118, C106', 'constant.other.code.invarlock'],
      ],
    ],
    ['services:\n  web:\n    image: nginx\n', []],
  ])('%j', async (text, expected) => expect(await marked('source.yaml', text)).toEqual(expected));
});

describe('certificates and events', () => {
  test.each<[string, string, [string, string][]]>([
    [
      'source.json',
      '{"rmt_stable": true, "spectral_stable": false}',
      [
        ['"rmt_stable"', 'support.type.property-name.gate.invarlock'],
        ['true', 'markup.inserted.pass.invarlock'],
        ['"spectral_stable"', 'support.type.property-name.gate.invarlock'],
        ['false', 'markup.deleted.fail.invarlock'],
      ],
    ],
    [
      'source.json.lines',
      '{"component":"eval","level":"ERROR","operation":"start"}',
      [
        ['"component"', 'support.type.property-name.event.invarlock'],
        ['"eval"', 'entity.name.function.event.invarlock'],
        ['"level"', 'support.type.property-name.level.invarlock'],
        ['"ERROR"', 'markup.deleted.error.invarlock'],
        ['"operation"', 'support.type.property-name.event.invarlock'],
        ['"start"', 'entity.name.function.event.invarlock'],
      ],
    ],
    ['source.json', '{"name": "rmt_stable", "stable": true}', []],
  ])('%s %s', async (base, text, expected) => expect(await marked(base, text)).toEqual(expected));
});

test('the manifest contributes both grammars, and the schema to YAML extensions', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { grammars, yamlValidation } = manifest.contributes;
  for (const { path: file, scopeName } of grammars)
    expect(JSON.parse(readFileSync(path.join(root, file), 'utf8')).scopeName).toBe(scopeName);
  expect(grammars.map(({ scopeName }: { scopeName: string }) => scopeName)).toEqual(Object.keys(injections));
  for (const { url } of yamlValidation)
    expect(JSON.parse(readFileSync(path.join(root, url), 'utf8')).title).toBe('InvarLock configuration');
});

test('no rule takes a key from the editor, whose grammar tells the nesting by it', () => {
  const yaml = JSON.parse(readFileSync(path.join(root, 'syntaxes/invarlock-yaml.tmLanguage.json'), 'utf8'));
  const keys = JSON.parse(
    readFileSync(path.join(root, 'syntaxes/invarlock-yaml-keys.tmLanguage.json'), 'utf8'),
  );
  expect(JSON.stringify(yaml)).not.toMatch(/\(:\)|\[ \\\\t\]\*:/u);
  expect(keys.injectionSelector).toContain('meta.map.key.yaml');
});
