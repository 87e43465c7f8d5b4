import { expect, test } from 'vitest';
import { isInvarlockConfig } from '../../../engine/config/is-invarlock-config.ts';

const certify = 'certify:\n  baseline: a\n  subject: b\n';
const run = 'model:\n  id: x\ndataset:\n  seq_len: 8\nguards:\n  order: [invariants]\n';

test.each([
  ['/a/run.invarlock.yaml', ''],
  ['/a/run.invarlock.yml', 'kind: Pod'],
  ['/a/invarlock.yaml', ''],
  ['C:\\a\\Run.InvarLock.YAML', ''],
  ['/a/x.yaml', '# invarlock\nmodel: {}\n'],
  ['/a/x.yaml', '# yaml-language-server: $schema=https://invarlock.dev/schemas/config.schema.json\n'],
  ['/a/x.yaml', certify],
  ['/a/x.yml', certify.replaceAll('\n', '\r\n')],
  ['/a/x.yaml', run],
  ['/a/x.yaml', `\uFEFF${certify}`],
  ['/a/x.yaml', '\uFEFF# invarlock\nmodel: {}\n'],
])('ours: %s', (file, text) => {
  expect(isInvarlockConfig(file, text)).toBe(true);
});

test.each([
  ['/a/x.yaml', ''],
  ['/a/notinvarlock.yaml', ''],
  ['/a/x.json', certify],
  ['/a/docker-compose.yml', 'services:\n  web:\n    image: x\n'],
  ['/a/pod.yaml', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: invarlock\n'],
  ['/a/train.yaml', 'model:\n  name: gpt2\ndataset:\n  path: x\noptimizer: adam\n'],
  ['/a/train.yaml', 'model: {}\ndataset: {}\nguards:\n  - door\n'],
  ['/a/x.yaml', 'certify:\n  company: acme\n'],
  ['/a/x.yaml', 'jobs:\n  certify:\n    baseline: a\n    subject: b\n'],
])('not ours: %s', (file, text) => {
  expect(isInvarlockConfig(file, text)).toBe(false);
});

const theirs = '# yaml-language-server: $schema=https://json.schemastore.org/github-workflow.json\n';

test.each<[string, string, string[], boolean]>([
  ['a folder of the setting', '/home/me/work/presets/a.yaml', ['presets'], true],
  ['an absolute folder', '/home/me/work/presets/a.yaml', ['/home/me/work'], true],
  ['a folder with a similar name', '/home/me/work/old-presets/a.yaml', ['presets'], false],
  ['no YAML', '/home/me/presets/a.json', ['presets'], false],
  ['an empty folder name', '/home/me/presets/a.yaml', ['', '/'], false],
])('%s', (_, file, folders, expected) => {
  expect(isInvarlockConfig(file, '', folders)).toBe(expected);
});

test.each([
  ['/a/run.invarlock.yaml', theirs],
  ['/a/x.yaml', theirs + certify],
  ['/a/x.yaml', `\uFEFF${theirs}${certify}`],
  ['/a/presets/x.yaml', `# $schema: ./other.json\n${certify}`],
])("a line that names somebody else's schema wins: %s", (file, text) => {
  expect(isInvarlockConfig(file, text, ['presets'])).toBe(false);
});
