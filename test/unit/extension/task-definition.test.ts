import { expect, it } from 'vitest';
import { cliArguments, readTaskDefinition } from '../../../extension/tasks/task-definition.ts';

it.each([
  [{ command: 'certify', config: 'a b.yaml' }, ['certify', '-c', 'a b.yaml']],
  [{ command: 'verify', certificate: 'x.cert.json' }, ['verify', 'x.cert.json']],
  [{ command: 'verify', certificate: 'x.cert.json', args: ['--json'] }, ['verify', 'x.cert.json', '--json']],
  [{ command: 'doctor' }, ['doctor']],
  [{ command: 'doctor', config: 'p.yaml' }, ['doctor', '-c', 'p.yaml']],
  [
    { command: 'certify', config: 'p.yaml', args: ['--profile', 'ci'] },
    ['certify', '-c', 'p.yaml', '--profile', 'ci'],
  ],
])('makes the arguments of %j', (fields, expected) => {
  const definition = readTaskDefinition({ type: 'invarlock', ...fields });
  expect(definition && cliArguments(definition)).toEqual(expected);
});

it.each([
  [{ type: 'shell', command: 'certify' }],
  [{ type: 'invarlock' }],
  [{ type: 'invarlock', command: 'rm' }],
  [{ type: 'invarlock', command: 'certify', config: 3 }],
  [{ type: 'invarlock', command: 'verify', certificate: ['a'] }],
  [{ type: 'invarlock', command: 'doctor', args: '--json' }],
  [{ type: 'invarlock', command: 'doctor', args: ['--json', 1] }],
])('refuses %j', (definition) => {
  expect(readTaskDefinition(definition)).toBeUndefined();
});
