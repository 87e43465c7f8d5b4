import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { bashScript } from '../../../engine/cli/completion/bash.ts';
import { commandTree } from '../../../engine/cli/completion/command-tree.ts';
import { fishScript } from '../../../engine/cli/completion/fish.ts';
import { zshScript } from '../../../engine/cli/completion/zsh.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function program(): Command {
  const verify = new Command('verify')
    .description("Check certificates: the reader's own. Twice.")
    .argument('<certificate...>', 'files')
    .addOption(new Option('--level <l>', 'how strict').choices(['low', 'high']))
    .option('--profile <name>', 'a profile')
    .option('-o, --out <dir>', 'folder')
    .addOption(new Option('--secret <x>').hideHelp());
  const group = new Command('report')
    .option('--run <path>', 'run')
    .addCommand(new Command('explain').option('--baseline <file>', 'baseline'))
    .addCommand(new Command('hidden').argument('[kind]'), { hidden: true });
  return new Command('tool').version('1.2.3').addCommand(verify).addCommand(group);
}

const tree = commandTree(program());
const folder = temporaryFolder('completion');
mkdirSync(path.join(folder, 'reports and more'));
writeFileSync(path.join(folder, 'a cert.json'), '');

/** What bash offers at the end of a line, sorted. */
function complete(...typed: readonly string[]): readonly string[] {
  const words = ['tool', ...typed].map((word) => `'${word}'`).join(' ');
  const script = `${bashScript(tree)}
COMP_WORDS=(${words}); COMP_CWORD=${typed.length}
_tool
for reply in "\${COMPREPLY[@]}"; do printf '%s\\n' "$reply"; done`;
  const run = spawnSync('bash', ['--norc', '-c', script], { cwd: folder, encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
  return run.stdout.split('\n').filter(Boolean).sort();
}

test.each<[string, readonly string[], readonly string[]]>([
  ['commands', [''], ['help', 'report', 'verify']],
  ['the start of a command', ['ver'], ['verify']],
  ['options of the program', ['--v'], ['--version']],
  ['options of a command', ['verify', '--'], ['--help', '--level', '--out', '--profile']],
  ['the values of an option', ['verify', '--level', ''], ['high', 'low']],
  ['a value after an equals sign', ['verify', '--level', '=', 'l'], ['low']],
  ['nothing yet but the equals sign', ['verify', '--level', '='], ['high', 'low']],
  ['values that the parser does not know', ['verify', '--profile', 'ci'], ['ci', 'ci_cpu']],
  ['folders alone, with their spaces', ['verify', '-o', ''], ['reports and more']],
  ['files as arguments', ['verify', ''], ['a cert.json', 'reports and more']],
  ['files after options', ['verify', '--level', 'low', 'a'], ['a cert.json']],
  ['subcommands of a group', ['report', ''], ['explain', 'help']],
  ['options of a subcommand', ['report', 'explain', '--b'], ['--baseline']],
  ['a value of a subcommand', ['report', 'explain', '--baseline', 'a'], ['a cert.json']],
])('bash completes %s', (_name, typed, expected) => {
  expect(complete(...typed)).toEqual(expected);
});

test('descriptions are cut to a sentence and hidden things stay hidden', () => {
  const verify = tree.commands.find(({ name }) => name === 'verify');
  expect(verify?.description).toBe('Check certificates');
  expect(JSON.stringify(tree)).not.toMatch(/secret|hidden/u);
});

test('the zsh script has a function for each command and quotes its texts', () => {
  const script = zshScript(tree);
  expect(script).toMatch(/^#compdef tool\n/u);
  expect(script).toContain("'--level=[how strict]:value:(low high)'");
  expect(script).toContain("'(-o --out)'{-o,--out=}'[folder]:value:_files -/'");
  expect(script).toContain('_tool_report_explain() {');
  expect(script).toContain("'*:argument:_files'");
});

test('the fish script binds each option to its command', () => {
  const script = fishScript(tree);
  expect(script).toContain(
    `complete -c tool -n '__tool_at "verify"' -l level -r -a 'low high' -d 'how strict'`,
  );
  expect(script).toContain(`complete -c tool -n '__tool_at "report"' -a 'explain' -d ''`);
  expect(script).toContain(
    `complete -c tool -n '__tool_at "report explain"' -l baseline -r -F -d 'baseline'`,
  );
});
