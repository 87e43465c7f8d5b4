import type { Command } from 'commander';

/**
 * Gives a command and everything below it the program's rules for exits and output, and `--no-color`. Commander hands
 * them on only to commands that are made after their parent has them.
 */
export function inheritSettings(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  command.option('--no-color', 'no colour; NO_COLOR in the environment does the same');
  for (const child of command.commands) inheritSettings(child, command);
  return command;
}
