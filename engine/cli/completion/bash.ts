import { allCommands, type CommandNode, type Values } from './command-tree.ts';

/**
 * A completion script for bash 3.2 and newer that needs no other package. It finds out which command is being typed, then
 * offers the values of the option before the cursor, or options, subcommands and arguments.
 */
export function bashScript(root: CommandNode): string {
  const name = root.name;
  const nodes = allCommands(root);
  return `# ${name} completion for bash. Load it with: source <(${name} completion bash)
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at="" next index
  # In --option=value bash makes words of the option, the sign and the value.
  if [ "$current" = "=" ]; then current=""
  elif [ "$previous" = "=" ]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="$at \${COMP_WORDS[index]}"
    case "\${next# }" in
      ${patterns(nodes.filter(({ path }) => path !== '').map(({ path }) => path))}) at="\${next# }" ;;
    esac
  done
  COMPREPLY=()
  case "$at:$previous" in
${nodes.flatMap(optionCases).join('\n')}
  esac
  case "$at" in
${nodes.map(commandCase).join('\n')}
  esac
}
complete -o bashdefault -F _${name} ${name}
`;
}

function optionCases({ path, options }: CommandNode): string[] {
  return options.flatMap(({ flags, value }) =>
    value ? [`    ${patterns(flags.map((flag) => `${path}:${flag}`))}) ${offer(value)}; return ;;`] : [],
  );
}

function commandCase({ path, options, commands, argument }: CommandNode): string {
  const flags = words(options.flatMap((option) => option.flags));
  const names = commands.map((command) => command.name);
  const rest: string[] = [];
  if (names.length > 0) rest.push(offer({ kind: 'words', words: names }));
  if (argument) rest.push(offer(argument));
  return `    ${quote(path)}) case "$current" in -*) ${flags} ;; *) ${rest.join('; ') || ':'} ;; esac ;;`;
}

function offer(values: Values): string {
  switch (values.kind) {
    case 'words':
      return words(values.words);
    case 'folder':
      // Names with spaces stay whole: compgen gives one a line.
      return lines('-d');
    case 'file':
      return lines('-f');
    case 'any':
      return ':';
  }
}

function words(list: readonly string[]): string {
  return `COMPREPLY+=($(compgen -W ${quote(list.join(' '))} -- "$current"))`;
}

function lines(action: '-d' | '-f'): string {
  return `compopt -o filenames 2>/dev/null; while IFS= read -r next; do COMPREPLY+=("$next"); done < <(compgen ${action} -- "$current")`;
}

function patterns(texts: readonly string[]): string {
  return texts.map(quote).join('|');
}

/** Names are letters, digits, `-`, `_`, `:` and spaces; quoted all the same. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
