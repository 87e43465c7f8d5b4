import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exitMeaning } from '../../../extension/tasks/exit-meaning.ts';
import { readTaskDefinition } from '../../../extension/tasks/task-definition.ts';

const read = (file: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
const manifest = JSON.parse(read('package.json'));
const { commands, configuration, customEditors, menus, problemMatchers, taskDefinitions } =
  manifest.contributes;

describe('package.json', () => {
  it('declares exactly the commands that are registered', () => {
    const registered = [...read('extension/commands/register-commands.ts').matchAll(/'(invarlock\.\w+)'/gu)];
    const declared = commands.map(({ command }: { command: string }) => command);
    expect(registered.map(([, id]) => id).toSorted()).toEqual(declared.toSorted());
  });

  it('offers only declared commands in menus, and those that run something only where that is allowed', () => {
    const declared = new Set(commands.map(({ command }: { command: string }) => command));
    const items = Object.values<{ command: string; when: string }[]>(menus).flat();
    for (const { command, when } of items) {
      expect(declared).toContain(command);
      if (command !== 'invarlock.showCertificate') expect(when).toContain('isWorkspaceTrusted');
    }
  });

  it('activates for files of its own kinds only', () => {
    expect(manifest.activationEvents).toEqual(['onLanguage:yaml']);
    expect(customEditors[0].selector).toEqual([{ filenamePattern: '*.cert.json' }]);
  });

  it('keeps settings few, and restricts those that decide what runs', () => {
    const names = Object.keys(configuration.properties);
    expect(names.length).toBeLessThanOrEqual(15);
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    expect(restricted.toSorted()).toEqual(['invarlock.allowNetwork', 'invarlock.nodePath']);
    for (const name of restricted) expect(names).toContain(name);
  });

  it('describes the task commands that the code knows', () => {
    const { enum: known } = taskDefinitions[0].properties.command;
    for (const command of known) {
      expect(readTaskDefinition({ type: taskDefinitions[0].type, command })).toBeDefined();
      expect(exitMeaning(command, 0)).not.toContain('exit code');
      expect(exitMeaning(command, 77)).toContain('77');
    }
  });
});

describe('the problem matcher', () => {
  const [matcher] = problemMatchers;

  it('leaves open files to the server and the doctor, which show the same findings', () => {
    expect(matcher.applyTo).toBe('closedDocuments');
  });

  const pattern = new RegExp(matcher.pattern.regexp, 'u');

  it.each([
    [
      'pair.yaml:12:3: error C110: Unknown key "seq_length" in dataset.',
      ['pair.yaml', '12', '3', 'error', 'C110', 'Unknown key "seq_length" in dataset.'],
    ],
    [
      'C:\\models\\pair one.yaml:1:1: warning C120: Message: with a colon',
      ['C:\\models\\pair one.yaml', '1', '1', 'warning', 'C120', 'Message: with a colon'],
    ],
  ])('reads %j', (line, expected) => {
    expect(pattern.exec(line)?.slice(1)).toEqual(expected);
  });

  it.each(['error M201: No config.json', 'note D103: ONNX Runtime works', '  subject: 1/2 windows'])(
    'leaves %j alone',
    (line) => {
      expect(pattern.exec(line)).toBeNull();
    },
  );
});
