import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { complete } from '../../../server/features/completion.ts';
import { withCursor } from '../../fixtures/marked-text.ts';

/** Labels at the cursor, and the whole text after the first of them is taken. */
function completeAt(source: string, choice?: string) {
  const { text, offset } = withCursor(source);
  const document = TextDocument.create('file:///work/run.invarlock.yaml', 'yaml', 1, text);
  const items = complete(document, offset);
  const labels = items.map(({ label }) => label);
  const edit = items.find(({ label }) => label === choice)?.textEdit;
  const after = edit && 'range' in edit ? TextDocument.applyEdits(document, [edit]) : undefined;
  return { labels, after };
}

const taken = (source: string, choice: string, expected: string) =>
  expect(completeAt(source, choice).after).toBe(expected);

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

  test('of an empty document are the sections', () => {
    expect(completeAt('|').labels).toEqual(expect.arrayContaining(sections));
  });
  test('that are refused or deprecated are not offered', () => {
    expect(completeAt('|').labels).not.toContain('assurance');
    expect(completeAt('context:\n  |').labels).toEqual([
      'snapshot',
      'run',
      'policy_snapshot',
      'telemetry_profile',
    ]);
    expect(completeAt('eval:\n  bootstrap:\n    |').labels).not.toContain('n');
  });
  test('that are there already are not offered again', () => {
    expect(completeAt('certify:\n  baseline: a\n  |\n  out: b\n').labels).toEqual([
      'subject',
      'profile',
      'tier',
      'adapter',
      'cert_out',
    ]);
  });
  test('replace the half-typed word', () => taken('dataset:\n  se|\n', 'seed', 'dataset:\n  seed: \n'));
  test('open sections with the indentation of the document', () => {
    taken('dataset:\n  seed: 1\nev|\n', 'eval', 'dataset:\n  seed: 1\neval:\n  \n');
    taken('dataset:\n    seed: 1\nev|\n', 'eval', 'dataset:\n    seed: 1\neval:\n    \n');
    taken('eval:\n    boot|\n', 'bootstrap', 'eval:\n    bootstrap:\n        \n');
  });
  test('keep Windows line ends', () =>
    taken('guards:\r\n  spec|\r\n', 'spectral', 'guards:\r\n  spectral:\r\n    \r\n'));
  test('leave a colon that is there', () => taken('dataset:\n  se|: 42\n', 'seed', 'dataset:\n  seed: 42\n'));
  test('know the level of a blank line from its indentation', () => {
    expect(completeAt('eval:\n  metric:\n    kind: auto\n  |').labels).toContain('bootstrap');
    expect(completeAt('eval:\n  metric:\n    |').labels).toContain('kind');
    expect(completeAt('eval:\n  metric:\n    kind: auto\n|').labels).toContain('guards');
  });
  test('see through comments and blank lines', () => {
    expect(completeAt('dataset:\n  # how many\n\n  |').labels).toContain('seq_len');
  });
  test('inside defaults are the sections too', () => {
    expect(completeAt('defaults:\n  |').labels).toEqual(expect.arrayContaining(sections));
  });
  test('in flow style', () => {
    expect(completeAt('certify: {baseline: a, |, out: b}').labels).toEqual([
      'subject',
      'profile',
      'tier',
      'adapter',
      'cert_out',
    ]);
    taken('eval: {bootstrap: {al|}}', 'alpha', 'eval: {bootstrap: {alpha: }}');
  });
  test('of an edit follow its name', () => {
    expect(completeAt('edit:\n  name: quant_rtn\n  plan:\n    |').labels).toContain('bitwidth');
  });
  test('of a provider follow its kind', () => {
    expect(completeAt('dataset:\n  provider:\n    kind: local_jsonl\n    |').labels).not.toContain(
      'dataset_name',
    );
    expect(completeAt('dataset:\n  provider: hf_text\n  |').labels).not.toContain('file');
  });
  test('know a mapping that comes through an alias', () => {
    expect(completeAt('_x: &x {seed: 1}\ndataset:\n  <<: *x\n  |').labels).not.toContain('seed');
  });
  test('are none below a value', () => expect(completeAt('dataset:\n  seed: 42\n    |').labels).toEqual([]));
  test('are none in a comment', () => expect(completeAt('dataset:\n  # se|').labels).toEqual([]));
});

describe('values', () => {
  const profiles = ['dev', 'ci', 'ci_cpu', 'release'];

  test('of a closed list', () => expect(completeAt('certify:\n  profile: |').labels).toEqual(profiles));
  test('replace what is there', () =>
    taken('certify:\n  profile: d|ev # later\n', 'release', 'certify:\n  profile: release # later\n'));
  test('bring the space that the colon lacks', () =>
    taken('certify:\n  profile:|\n', 'ci', 'certify:\n  profile: ci\n'));
  test('of true or false', () => expect(completeAt('eval:\n  strict: |').labels).toEqual(['true', 'false']));
  test('of alternatives', () =>
    expect(completeAt('dataset:\n  provider: |').labels).toContain('local_jsonl'));
  test('of lists, in every style', () => {
    const guards = ['invariants', 'spectral', 'rmt', 'variance', 'noop'];
    expect(completeAt('guards:\n  order:\n    - inv|').labels).toEqual(guards);
    expect(completeAt('guards:\n  order:\n  - |').labels).toEqual(guards);
    expect(completeAt('guards:\n  order: [rmt, |]').labels).toEqual(guards);
    taken('guards:\n  order: [rmt, sp|]\n', 'spectral', 'guards:\n  order: [rmt, spectral]\n');
  });
  test('of free keys are the default and the examples', () => {
    expect(completeAt('dataset:\n  seed: |').labels).toEqual(['42']);
    expect(completeAt('dataset:\n  seq_len: |').labels).toEqual(['512', '128', '256']);
  });
});

test('every item says what it means', () => {
  const document = TextDocument.create('file:///work/run.invarlock.yaml', 'yaml', 1, 'dataset:\n  ');
  for (const item of complete(document, document.getText().length)) {
    expect(item.documentation, item.label).toMatchObject({
      kind: 'markdown',
      value: expect.stringMatching(/\w/),
    });
    expect(item.detail, item.label).toBeTruthy();
  }
});

test('any cursor in any half of a document gives an answer', () => {
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
  for (let end = 0; end <= text.length; end += 1) {
    const document = TextDocument.create('file:///work/run.invarlock.yaml', 'yaml', 1, text.slice(0, end));
    for (let offset = 0; offset <= end; offset += 3)
      expect(Array.isArray(complete(document, offset))).toBe(true);
  }
});
