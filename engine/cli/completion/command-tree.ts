import type { Command, Option } from 'commander';
import { editKinds } from '../../edits/plan-edit.ts';
import { tierPolicies } from '../../policy/tiers.ts';
import { deviceNames } from '../../runtime/devices.ts';

/** A command as the completion scripts see it. */
export interface CommandNode {
  /** Names from the program down, without the program: `report explain`; '' for the program itself. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionNode[];
  /** What its arguments take; undefined when it takes none. */
  readonly argument: Values | undefined;
  readonly commands: readonly CommandNode[];
}

export interface OptionNode {
  /** `-q` and `--quiet`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What follows the option; undefined for a switch. */
  readonly value: Values | undefined;
}

/** What can stand somewhere: one of some words, a file, a folder, or anything. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'any' };

/**
 * Reads commands, options and values from the program itself, so that completion never lags behind it. Hidden options and
 * commands stay hidden.
 */
export function commandTree(command: Command, parentPath?: string): CommandNode {
  const path = parentPath === undefined ? '' : `${parentPath} ${command.name()}`.trim();
  const help = command.createHelp();
  const argument = command.registeredArguments[0];
  return {
    path,
    name: command.name(),
    description: firstSentence(command.description()),
    options: help.visibleOptions(command).map(optionNode),
    argument: argument && valuesOf(argument.name(), argument.argChoices),
    commands: help.visibleCommands(command).map((child) => commandTree(child, path)),
  };
}

/** The node and everything below it. */
export function allCommands(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(allCommands)];
}

function optionNode(option: Option): OptionNode {
  const takesValue = option.required || option.optional;
  const valueName = /[<[]([\w-]+)/u.exec(option.flags)?.[1] ?? '';
  const known = knownWords[option.long ?? ''];
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined && flag !== null),
    description: firstSentence(option.description),
    value: takesValue ? valuesOf(valueName, option.argChoices ?? known) : undefined,
  };
}

/** Options whose values are checked later than by the parser, with a better message. */
const knownWords: Readonly<Record<string, readonly string[]>> = {
  '--profile': ['dev', 'ci', 'ci_cpu', 'release'],
  '--tier': Object.keys(tierPolicies),
  '--edit': [...editKinds, 'noop'],
  '--device': deviceNames,
};

function valuesOf(name: string, choices: readonly string[] | undefined): Values {
  if (choices) return { kind: 'words', words: choices };
  if (name === 'dir') return { kind: 'folder' };
  return ['file', 'path', 'certificate', 'document', 'command'].includes(name)
    ? { kind: name === 'command' ? 'any' : 'file' }
    : { kind: 'any' };
}

/** The part of a help text that fits a menu. */
function firstSentence(text: string): string {
  return text.split(/(?:\.|;|:)\s/u)[0]?.replace(/\.$/u, '') ?? '';
}
