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
