import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parseConfig } from '../../../engine/config/load-config.ts';
import { complete } from '../../../server/features/completion.ts';
import { withCursor } from '../../fixtures/marked-text.ts';

/** Labels at the cursor, and the whole text after the first of them is taken. */
async function completeAt(source: string, choice?: string, options = {}) {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create('file:///project/run.invarlock.yaml', 'yaml', 1, text);
  const services = { files: undefined, allowIncludeOutside: false };
  const items = await complete(document, offset, services, options);
  const labels = items.map(({ label }) => label);
  const edit = items.find(({ label }) => label === choice)?.textEdit;
  const after = edit && 'range' in edit ? TextDocument.applyEdits(document, [edit]) : undefined;
  return { labels, after, items };
}

const labelsAt = async (source: string) => (await completeAt(source)).labels;

const taken = async (source: string, choice: string, expected: string) =>
  expect((await completeAt(source, choice)).after).toBe(expected);

describe('keys', () => {
  const sections = [
    'certify',
    'model',
    'dataset',
    'edit',
    'auto',
    'guards',
    'eval',
    'primary_metric',
    'context',
    'output',
  ];

  test('of an empty document are the sections', async () => {
    expect(await labelsAt('|')).toEqual(expect.arrayContaining(sections));
  });
  test('that are refused are not offered', async () => {
    expect(await labelsAt('|')).not.toContain('assurance');
    expect(await labelsAt('context:\n  |')).toEqual([
      'snapshot',
      'run',
      'policy_snapshot',
      'telemetry_profile',
    ]);
  });
  test('that are deprecated come last and are marked', async () => {
    const { items } = await completeAt('eval:\n  bootstrap:\n    |');
    const last = items.slice(-2).map(({ label, tags }) => [label, tags]);
    expect(last).toEqual([
      ['n', [1]],
      ['parallel', [1]],
    ]);
    expect(items.filter(({ tags }) => tags)).toHaveLength(2);
  });
  test('that are there already are not offered again', async () => {
    expect(await labelsAt('certify:\n  baseline: a\n  |\n  out: b\n')).toEqual([
      'subject',
      'profile',
      'tier',
      'adapter',
      'cert_out',
    ]);
  });
  test('replace the half-typed word', () => taken('dataset:\n  se|\n', 'seed', 'dataset:\n  seed: \n'));
  test('open sections with the indentation of the document', async () => {
    await taken('dataset:\n  seed: 1\nev|\n', 'eval', 'dataset:\n  seed: 1\neval:\n  \n');
    await taken('dataset:\n    seed: 1\nev|\n', 'eval', 'dataset:\n    seed: 1\neval:\n    \n');
    await taken('eval:\n    boot|\n', 'bootstrap', 'eval:\n    bootstrap:\n        \n');
  });
  test('keep Windows line ends', async () =>
    await taken('guards:\r\n  spec|\r\n', 'spectral', 'guards:\r\n  spectral:\r\n    \r\n'));
  test('leave a colon that is there', () => taken('dataset:\n  se|: 42\n', 'seed', 'dataset:\n  seed: 42\n'));
  test('know the level of a blank line from its indentation', async () => {
    expect(await labelsAt('eval:\n  metric:\n    kind: auto\n  |')).toContain('bootstrap');
    expect(await labelsAt('eval:\n  metric:\n    |')).toContain('kind');
    expect(await labelsAt('eval:\n  metric:\n    kind: auto\n|')).toContain('guards');
  });
  test('see through comments and blank lines', async () => {
    expect(await labelsAt('dataset:\n  # how many\n\n  |')).toContain('seq_len');
  });
  test('inside defaults are the sections too', async () => {
    expect(await labelsAt('defaults:\n  |')).toEqual(expect.arrayContaining(sections));
  });
  test('in flow style', async () => {
    expect(await labelsAt('certify: {baseline: a, |, out: b}')).toEqual([
      'subject',
      'profile',
      'tier',
      'adapter',
      'cert_out',
    ]);
    await taken('eval: {bootstrap: {al|}}', 'alpha', 'eval: {bootstrap: {alpha: }}');
  });
  test('of an edit follow its name', async () => {
    expect(await labelsAt('edit:\n  name: quant_rtn\n  plan:\n    |')).toContain('bitwidth');
  });
  test('of a provider follow its kind', async () => {
    expect(await labelsAt('dataset:\n  provider:\n    kind: local_jsonl\n    |')).not.toContain(
      'dataset_name',
    );
    expect(await labelsAt('dataset:\n  provider: hf_text\n  |')).not.toContain('file');
  });
  test('know a mapping that comes through an alias', async () => {
    expect(await labelsAt('_x: &x {seed: 1}\ndataset:\n  <<: *x\n  |')).not.toContain('seed');
  });
  test('are none below a value', async () =>
    expect(await labelsAt('dataset:\n  seed: 42\n    |')).toEqual([]));
  test('are none in a comment', async () => expect(await labelsAt('dataset:\n  # se|')).toEqual([]));
});

describe('values', () => {
  const profiles = ['dev', 'ci', 'ci_cpu', 'release'];

  test('of a closed list', async () => expect(await labelsAt('certify:\n  profile: |')).toEqual(profiles));
  test('replace what is there', async () =>
    await taken('certify:\n  profile: d|ev # later\n', 'release', 'certify:\n  profile: release # later\n'));
  test('bring the space that the colon lacks', async () =>
    await taken('certify:\n  profile:|\n', 'ci', 'certify:\n  profile: ci\n'));
  test('of true or false', async () =>
    expect(await labelsAt('eval:\n  strict: |')).toEqual(['true', 'false']));
  test('of alternatives', async () =>
    expect(await labelsAt('dataset:\n  provider: |')).toContain('local_jsonl'));
  test('of lists, in every style', async () => {
    const guards = ['invariants', 'spectral', 'rmt', 'variance', 'noop'];
    expect(await labelsAt('guards:\n  order:\n    - inv|')).toEqual(guards);
    expect(await labelsAt('guards:\n  order:\n  - |')).toEqual(guards);
    expect(await labelsAt('guards:\n  order: [rmt, |]')).toEqual(guards);
    await taken('guards:\n  order: [rmt, sp|]\n', 'spectral', 'guards:\n  order: [rmt, spectral]\n');
  });
  test('of free keys are the default and the examples', async () => {
    expect(await labelsAt('dataset:\n  seed: |')).toEqual(['42']);
    expect(await labelsAt('dataset:\n  seq_len: |')).toEqual(['512', '128', '256']);
  });
});

test('every item says what it means', async () => {
  const document = TextDocument.create('file:///project/run.invarlock.yaml', 'yaml', 1, 'dataset:\n  ');
  const services = { files: undefined, allowIncludeOutside: false };
  for (const item of await complete(document, document.getText().length, services)) {
    expect(item.documentation, item.label).toMatchObject({
      kind: 'markdown',
      value: expect.stringMatching(/\w/),
    });
    expect(item.detail, item.label).toBeTruthy();
  }
});

test('any cursor in any half of a document gives an answer', async () => {
  const text = [
    'certify: {baseline: a, subject: "b c"}',
    'dataset:',
    "  provider: {kind: 'local_jsonl', file: x}",
    'guards:',
    '  order:',
    '  - [a, {b: c}]',
    '  -',
    '    - d: "e\\"f"',
    '? complex',
    ': value # note',
  ].join('\n');
  const services = { files: undefined, allowIncludeOutside: false };
  for (let end = 0; end <= text.length; end += 1) {
    const document = TextDocument.create('file:///project/run.invarlock.yaml', 'yaml', 1, text.slice(0, end));
    for (let offset = 0; offset <= end; offset += 3)
      expect(Array.isArray(await complete(document, offset, services))).toBe(true);
  }
});

describe('flow style over several lines', () => {
  test('keys', async () => {
    expect(await labelsAt('certify: {\n  baseline: a,\n  |,\n  out: b }\ndataset: {}\n')).toEqual([
      'subject',
      'profile',
      'tier',
      'adapter',
      'cert_out',
    ]);
    expect(await labelsAt('eval:\n  bootstrap: {alpha: 0.1, # } not the end\n    |\n')).toContain(
      'replicates',
    );
    await taken('eval: {\r\n  boot|\r\n}\r\n', 'bootstrap', 'eval: {\r\n  bootstrap: {}\r\n}\r\n');
  });
  test('values', async () => {
    expect(await labelsAt('certify: {\n  baseline: "a }",\n  profile: |\n}\n')).toContain('release');
    expect(await labelsAt('guards:\n  order: [rmt,\n    sp|\n  ]\n')).toContain('spectral');
    expect(await labelsAt('guards:\n  order: [\n    rmt,\n    |\n')).toContain('spectral');
  });
  test('brackets that were never closed end at the next section', async () => {
    expect(await labelsAt('guards: {order: [rmt,\ndataset:\n  se|')).toContain('seed');
    expect(await labelsAt('_note: a [ b {\ndataset:\n  se|')).toContain('seed');
    expect(await labelsAt('_note: {a: b}\ndataset:\n  se|')).toContain('seed');
  });
});

describe('anchors', () => {
  const anchored = '_x: &x {seed: 1}\n_y: &y 3\n';
  test('are offered as values and to merge', async () => {
    expect(await labelsAt(`${anchored}dataset:\n  seed: |\n`)).toEqual(['42', '*x', '*y']);
    expect(await labelsAt(`${anchored}dataset:\n  |\n`)).toContain('<<: *x');
    await taken(`${anchored}dataset:\n  seed:|\n`, '*y', `${anchored}dataset:\n  seed: *y\n`);
    await taken(`${anchored}dataset:\n  <|\n`, '<<: *x', `${anchored}dataset:\n  <<: *x\n`);
  });
  test('are not offered above themselves', async () => {
    expect(await labelsAt('dataset:\n  seed: |\n_x: &x 1\n')).toEqual(['42']);
  });
});

describe('snippets', () => {
  const snippets = { snippets: true };
  test('of whole sections, with the indentation of the document', async () => {
    const { items } = await completeAt('eval:\n    strict: true\n|', undefined, snippets);
    const section = items.find(({ label }) => label === 'certify: …');
    expect(section).toMatchObject({ insertTextFormat: 2, filterText: 'certify' });
    expect(section?.textEdit?.newText).toContain('certify:\n    baseline: $');
    expect(items.map(({ label }) => label)).not.toContain('eval: …');
  });
  test('not for a client that cannot, and not inside a section', async () => {
    expect(await labelsAt('|')).not.toContain('certify: …');
    expect((await completeAt('eval:\n  |', undefined, snippets)).items.every(({ kind }) => kind !== 15)).toBe(
      true,
    );
  });
  test('are configurations that hold', async () => {
    const { items } = await completeAt('|', undefined, snippets);
    const plain = (text = '') => text.replaceAll(/\$\{\d+(?::([^}]*)|\|([^,|]*)[^}]*)\}/g, '$1$2');
    const sections = items.filter(({ insertTextFormat }) => insertTextFormat === 2);
    const whole = sections.map(({ textEdit }) => plain(textEdit?.newText)).join('\n');
    expect(sections).toHaveLength(6);
    const errors = parseConfig(whole, { file: 'x.yaml' }).findings.filter(
      ({ severity }) => severity === 'error',
    );
    expect(errors).toEqual([]);
  });
});
