import { allCommands, type CommandNode, type OptionNode, type Values } from './command-tree.ts';

/** A completion script for zsh: one function per command, which hands its options to `_arguments`. */
export function zshScript(root: CommandNode): string {
  const functions = allCommands(root).map((node) => commandFunction(root.name, node));
  return `#compdef ${root.name}
# ${root.name} completion for zsh. Save it as _${root.name} in a folder of $fpath, or: source <(${root.name} completion zsh)
${functions.join('\n')}
if [ "$funcstack[1]" = "_${root.name}" ]; then _${root.name} "$@"; else compdef _${root.name} ${root.name}; fi
`;
}

function commandFunction(program: string, node: CommandNode): string {
  const specs = node.options.map(optionSpec);
  if (node.commands.length === 0) {
    if (node.argument) specs.push(quote(`*:argument:${action(node.argument)}`));
    return `${functionName(program, node.path)}() {\n  _arguments -s -S ${specs.join(' ')}\n}`;
  }
  const choices = node.commands.map(({ name, description }) => quote(`${escapeColon(name)}:${description}`));
  const cases = node.commands.map(({ name, path }) => `    ${name}) ${functionName(program, path)} ;;`);
  return `${functionName(program, node.path)}() {
  local context state line
  typeset -A opt_args
  _arguments -s -S -C ${specs.join(' ')} '1:command:->command' '*::argument:->argument'
  case "$state" in
  command)
    local -a commands
    commands=(${choices.join(' ')})
    _describe 'command' commands ;;
  argument)
    case "$words[1]" in
${cases.join('\n')}
    esac ;;
  esac
}`;
}

function optionSpec({ flags, description, value }: OptionNode): string {
  const label = `[${description.replaceAll(/[[\]\\:]/gu, '\\$&')}]`;
  const after = value ? `:value:${action(value)}` : '';
  const names = flags.map((flag) => `${flag}${value && flag.startsWith('--') ? '=' : ''}`);
  const [only] = names;
  // Flags of one option exclude each other; the braces make one specification of each.
  return names.length === 1
    ? quote(`${only}${label}${after}`)
    : `${quote(`(${flags.join(' ')})`)}{${names.join(',')}}${quote(`${label}${after}`)}`;
}

function action(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'any':
      return ' ';
  }
}

function functionName(program: string, path: string): string {
  return `_${[program, ...path.split(' ')].filter(Boolean).join('_').replaceAll('-', '_')}`;
}

function escapeColon(text: string): string {
  return text.replaceAll(':', '\\:');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
