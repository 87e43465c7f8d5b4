import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyze } from '../../../server/analysis.ts';
import { guardDefinition } from '../../../server/features/guard-definition.ts';
import { withCursor } from '../../fixtures/marked-text.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';

const uri = 'file:///project/run.invarlock.yaml';
const certify =
  'certify: {baseline: a, subject: b, tier: conservative}\ndataset: {provider: synthetic, seq_len: 8}\n';
const tiers = 'balanced:\n  rmt_guard: {margin: 1.5}\nconservative:\n  rmt_guard: {margin: 1.2}\n';

/** The places as `file:line:character`. */
async function check(source: string, expected: readonly string[] | null, root: string | undefined = '/root') {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create(uri, 'yaml', 1, text);
  const services = {
    files: new MemoryFiles({
      '/project/run.invarlock.yaml': text,
      '/project/guards.yaml': 'order: []\nrmt: {margin: 2}\n',
      '/root/runtime/tiers.yaml': tiers,
    }),
    allowIncludeOutside: false,
    environment: { INVARLOCK_CONFIG_ROOT: root },
  };
  const places = await guardDefinition(document, offset, await analyze(document, services), services);
  const shown = places?.map(({ uri: at, range }) => `${at} ${range.start.line}:${range.start.character}`);
  expect(shown ?? null).toEqual(expected);
}

test('a name in the order leads to its section, and to its policy in a tiers file', () =>
  check(`${certify}guards:\n  order: [r|mt]\n  rmt: {margin: 1}\n`, [
    `${uri} 4:2`,
    'file:///root/runtime/tiers.yaml 3:2',
  ]));
test('a section leads to the policy that it overrides', () =>
  check('guards:\n  r|mt: {margin: 1}\n', ['file:///root/runtime/tiers.yaml 1:2']));
test('a name leads into an included file', () =>
  check('defaults:\n  guards: !include guards.yaml\nguards:\n  order: [r|mt]\n', [
    'file:///project/guards.yaml 1:0',
    'file:///root/runtime/tiers.yaml 1:2',
  ]));
test('without a root of its own the packaged policy counts, which stands in no file', () =>
  check('guards:\n  order: [r|mt]\n', null, ''));
test('what the tiers file does not say leads nowhere', () => check('guards: {order: [sp|ectral]}\n', null));
test('other keys and values are none of its business', () => check('guards: {or|der: [rmt]}\n', null));
