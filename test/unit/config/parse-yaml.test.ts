import { describe, expect, test } from 'vitest';
import { nodeAt, plainValue } from '../../../engine/config/config-node.ts';
import { parseYaml, readYaml } from '../../../engine/config/parse-yaml.ts';
import { yamlLimits } from '../../../engine/config/yaml-limits.ts';
import { marked } from '../../fixtures/marked-text.ts';

const source = { kind: 'file', file: 'x.yaml' } as const;

describe('values', () => {
  const check = (text: string, expected: unknown) => {
    const { value, findings } = parseYaml(text, source);
    expect(findings).toEqual([]);
    expect(value && plainValue(value)).toEqual(expected);
  };

  test('are those of YAML 1.2', () => {
    check('a: yes\nb: 010\nc: 1e-4\nd: 0x10\ne: ~\nf: true\n', {
      a: 'yes',
      b: 10,
      c: 1e-4,
      d: 16,
      e: null,
      f: true,
    });
  });
  test('may be JSON', () => check('{"a": [1, "b", null]}', { a: [1, 'b', null] }));
  test('come through aliases', () => check('a: &x {k: 1}\nb: *x\n', { a: { k: 1 }, b: { k: 1 } }));
  test('come through merge keys, below explicit keys', () => {
    check('a: &x {k: 1, m: 2}\nb:\n  <<: *x\n  k: 3\n', { a: { k: 1, m: 2 }, b: { k: 3, m: 2 } });
  });
  test('come through lists of merges, the first winning', () => {
    check('a: &a {k: 1}\nb: &b {k: 2, m: 2}\nc:\n  <<: [*a, *b]\n', {
      a: { k: 1 },
      b: { k: 2, m: 2 },
      c: { k: 1, m: 2 },
    });
  });
  test('keep a key named __proto__ as data', () => {
    const { value } = parseYaml('__proto__: {polluted: true}\n', source);
    const plain = value && plainValue(value);
    expect(Object.keys(plain as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
  });
  test('of an empty document are undefined', () => {
    expect(parseYaml('# nothing\n', source)).toEqual({ value: undefined, findings: [] });
  });
});

describe('ranges', () => {
  const check = (input: string, pointer: string) => {
    const { text, range } = marked(input);
    const { value } = parseYaml(text, source);
    expect(value && nodeAt(value, pointer)?.node.range).toEqual(range);
  };

  test('of a scalar', () => check('a:\n  b: ⟦12⟧ # twelve\n', '/a/b'));
  test('of a quoted scalar, quotes included', () => check('a: ⟦"x"⟧\n', '/a'));
  test('of an item in flow style', () => check('a: [1, ⟦22⟧]\n', '/a/1'));
  test('with Windows line ends', () => check('a: 1\r\nb: ⟦two⟧\r\n', '/b'));
  test('behind characters outside the basic plane', () => check('a: "🦫"\nb: ⟦2⟧\n', '/b'));
  test('of an alias, which is where the value was asked for', () => check('a: &x 1\nb: ⟦*x⟧\n', '/b'));
  test('of a merged value, which is where it was written', () =>
    check('a: &x {k: ⟦1⟧}\nb: {<<: *x}\n', '/b/k'));
});

describe('problems', () => {
  const check = (input: string, code: string) => {
    const { text, range } = marked(input);
    const { findings } = parseYaml(text, source);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(findings[0]?.file).toBe('x.yaml');
    if (range) expect(findings[0]?.range).toEqual(range);
  };

  test('a repeated key', () => check('a: 1\n⟦a⟧: 2\n', 'C102'));
  test('an alias without its anchor', () => check('a: ⟦*x⟧\n', 'C101'));
  test('an alias inside its own anchor', () => check('a: &x\n  b: ⟦*x⟧\n', 'C101'));
  test('a list as a key', () => check('? ⟦[1]⟧\n: 2\n', 'C101'));
  test('a strange tag', () => check('a: !env ⟦HOME⟧\n', 'C104'));
  test('an include of a list', () => check('a: !include ⟦[x]⟧\n', 'C104'));
  test('a second document', () => check('a: 1\n---\nb: 2\n', 'C101'));
  test('a tab for indentation', () => check('a:\n\tb: 1\n', 'C101'));
});

describe('limits', () => {
  const check = (text: string) => {
    const { value, findings } = parseYaml(text, source);
    expect(value).toBeUndefined();
    expect(findings.map((finding) => finding.code)).toContain('C103');
  };

  test('size', () => check(`a: ${'x'.repeat(yamlLimits.sizeBytes)}`));
  test('depth', () => check(`${'['.repeat(yamlLimits.depth + 2)}${']'.repeat(yamlLimits.depth + 2)}`));
  test('depth beyond the parser', () => check('['.repeat(200_000)));
  test('aliases of aliases', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const item = level === 0 ? 'lol' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(9).fill(item).join(', ')}]`;
    });
    check(levels.join('\n'));
  });
});

describe('one mistake gives one finding', () => {
  const check = (text: string, expected: readonly string[]) =>
    expect(readYaml(text).findings.map(({ message }) => message)).toEqual(expected);

  test('for a tab, whatever the lines below it become', () =>
    check('a:\n  b: 1\n\tc: 2\n  d: 3\n', ['Tabs are not allowed as indentation. Indent with spaces.']));
  test('for a second document', () =>
    check('a: 1\n---\nb: 2\n', [
      'A second document starts here. A configuration is one document: remove the `---` line.',
    ]));
});
