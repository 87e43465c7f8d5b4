import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { certifyCommand } from '../../../engine/cli/commands/certify.ts';
import { pluginsCommand } from '../../../engine/cli/commands/plugins.ts';
import { runCommand } from '../../../engine/cli/commands/run.ts';
import { bashScript } from '../../../engine/cli/completion/bash.ts';
import { commandTree } from '../../../engine/cli/completion/command-tree.ts';
import { fishScript } from '../../../engine/cli/completion/fish.ts';
import { zshScript } from '../../../engine/cli/completion/zsh.ts';
import type { CliContext } from '../../../engine/cli/node-context.ts';
import { makeStyle } from '../../../engine/cli/output/terminal.ts';
import { MemoryFiles } from '../../fixtures/memory-files.ts';
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

const context: CliContext = {
  files: new MemoryFiles(),
  clock: { now: () => new Date(0), monotonicMs: () => 0 },
  environment: {},
  workingFolder: '/',
  terminal: { out: () => {}, err: () => {}, rewrite: undefined, style: makeStyle(false) },
  childPath: '',
  cancelled: new AbortController().signal,
};
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
    `complete -c tool -n '__tool_at "verify"' -l level -r -f -a 'low high' -d 'how strict'`,
  );
  expect(script).toContain(`complete -c tool -n '__tool_at "report"' -a 'explain' -d ''`);
  expect(script).toContain(
    `complete -c tool -n '__tool_at "report explain"' -l baseline -r -F -d 'baseline'`,
  );
});

/** What a shell offers after an option, as its script for the real program says it. */
const real = commandTree(
  new Command('invarlock')
    .addCommand(certifyCommand(context, () => {}))
    .addCommand(runCommand(context, () => {}))
    .addCommand(pluginsCommand(context, () => {})),
);
const zsh = zshScript(real);
const fish = fishScript(real);

/** The body of one function of the zsh script. */
function zshFunction(name: string): string {
  return zsh.split('\n_').find((part) => part.startsWith(`${name.slice(1)}() {`)) ?? '';
}

test.each<[string, string, string, string]>([
  ['certify', '--style', 'audit friendly', '_invarlock_certify'],
  ['certify', '--edit', 'quant_rtn prune low_rank noop', '_invarlock_certify'],
  ['run', '--metric-kind', 'auto ppl_causal ppl_mlm ppl_seq2seq accuracy vqa_accuracy', '_invarlock_run'],
  ['plugins guards', '--only', 'ready missing core optional', '_invarlock_plugins_guards'],
])('%s %s takes %s in zsh and fish', (command, option, words, zshName) => {
  expect(zshFunction(zshName)).toContain(`'${option}=[`);
  expect(zshFunction(zshName)).toContain(`]:value:(${words})'`);
  expect(fish).toContain(`-n '__invarlock_at "${command}"' -l ${option.slice(2)} -r -f -a '${words}' -d '`);
});

test('switches take no value, and every function of the zsh script is defined once and closed', () => {
  expect(zshFunction('_invarlock_run')).toContain("'--until-pass[");
  expect(fish).toMatch(/-n '__invarlock_at "run"' -l until-pass -d '/u);
  const names = [...zsh.matchAll(/^(_\w+)\(\) \{$/gmu)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(zsh.match(/^\}$/gmu)).toHaveLength(names.length);
  const called = [...zsh.matchAll(/\) (_invarlock_\w+) ;;/gu)].map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(called));
  // An odd number of quotes would swallow the rest of the script.
  for (const line of [...zsh.split('\n'), ...fish.split('\n')].filter((text) => !text.startsWith('#')))
    expect([
      line,
      (line.replaceAll("'\\''", '').replaceAll("\\'", '').match(/'/gu)?.length ?? 0) % 2,
    ]).toEqual([line, 0]);
});
