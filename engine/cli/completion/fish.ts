import { allCommands, type CommandNode, type OptionNode, type Values } from './command-tree.ts';

/** A completion script for fish 3: one line per command, option and argument, each bound to the command it belongs to. */
export function fishScript(root: CommandNode): string {
  const { name } = root;
  const nodes = allCommands(root);
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `# ${name} completion for fish. Save it as ~/.config/fish/completions/${name}.fish
function __${name}_at --description 'Whether the command being typed is the given one'
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim "$at $word")
    contains -- "$next" ${paths.join(' ')}; and set at "$next"
  end
  test "$at" = "$argv[1]"
end
complete -c ${name} -f
${nodes.flatMap((node) => nodeLines(name, node)).join('\n')}
`;
}

function nodeLines(program: string, node: CommandNode): string[] {
  const start = `complete -c ${program} -n ${quote(`__${program}_at "${node.path}"`)}`;
  return [
    ...node.commands.map(({ name, description }) => `${start} -a ${quote(name)} -d ${quote(description)}`),
    ...(node.argument ? argumentLine(start, node.argument) : []),
    ...node.options.map((option) => `${start} ${optionParts(option)}`),
  ];
}

function argumentLine(start: string, values: Values): string[] {
  const parts = valueParts(values);
  return parts === '' ? [] : [`${start} ${parts}`];
}

function optionParts({ flags, description, value }: OptionNode): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...(value ? ['-r', valueParts(value)] : []), `-d ${quote(description)}`]
    .filter((part) => part !== '')
    .join(' ');
}

function valueParts(values: Values): string {
  switch (values.kind) {
    // A required value lets fish offer files too, so `-f` has to be said again.
    case 'words':
      return `-f -a ${quote(values.words.join(' '))}`;
    case 'file':
      return '-F';
    case 'folder':
      return `-f -a ${quote('(__fish_complete_directories)')}`;
    case 'any':
      return '';
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
