import { Command } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { type CommandNode, commandTree } from '../completion/command-tree.ts';
import { fishScript } from '../completion/fish.ts';
import { zshScript } from '../completion/zsh.ts';
import type { CliContext } from '../node-context.ts';

const scripts = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
} satisfies Record<string, (root: CommandNode) => string>;

type Shell = keyof typeof scripts;

/** `invarlock completion bash|zsh|fish`: prints a script that completes this program's commands, options and values. */
export function completionCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('completion')
    .description('Print a completion script for a shell.')
    .addArgument(
      new Command().createArgument('<shell>', 'which shell').choices(Object.keys(scripts) as Shell[]),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 printed, 2 unknown shell.\n\nExamples:\n  source <(invarlock completion bash)\n  invarlock completion zsh > ~/.zsh/completions/_invarlock\n  invarlock completion fish > ~/.config/fish/completions/invarlock.fish',
    )
    .action((shell: Shell, _options: unknown, command: Command) => {
      const program = command.parent ?? command;
      context.terminal.out(scripts[shell](commandTree(program)).trimEnd());
      settle(0);
    });
}
