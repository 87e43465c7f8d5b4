/**
 * Is this YAML document a configuration of ours? By a schema line that names ours, by name, by a folder that the user
 * named, by a modeline, or by content that nobody else would write. Everybody else's YAML must stay untouched, so a
 * schema line that names another schema means no, and doubt means no.
 *
 * @example isInvarlockConfig('/project/gpt2.invarlock.yaml', '') // true
 */
export function isInvarlockConfig(file: string, text: string, folders: readonly string[] = []): boolean {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).toLowerCase();
  if (!/\.ya?ml$/.test(name)) return false;
  const modeline = modelineOf(text);
  if (modeline !== undefined) return modeline === 'ours';
  if (/^(.+\.)?invarlock\.ya?ml$/.test(name)) return true;
  return isBelow(file, folders) || isUnmistakable(text);
}

/** What a comment among the first lines says: `# invarlock`, or a schema line (`yaml-language-server`, `$schema`). */
function modelineOf(text: string): 'ours' | 'theirs' | undefined {
  const head = text.slice(0, 2000).split(/\r?\n/, 10);
  for (const line of head) {
    if (/^#\s*invarlock\s*$/i.test(line)) return 'ours';
    const schema = /^#\s*(?:yaml-language-server\s*:)?\s*\$schema\s*[=:]\s*(\S+)/i.exec(line)?.[1];
    if (schema !== undefined) return /invarlock\S*config\.schema\.json/i.test(schema) ? 'ours' : 'theirs';
  }
  return undefined;
}

function isBelow(file: string, folders: readonly string[]): boolean {
  const path = file.replaceAll('\\', '/');
  return folders.some((folder) => {
    const wanted = folder.replaceAll('\\', '/').replace(/\/+$/, '').replace(/^\.\//, '');
    return wanted !== '' && path.includes(`${wanted.startsWith('/') ? '' : '/'}${wanted}/`);
  });
}

function isUnmistakable(text: string): boolean {
  // Text is enough: a document that is being typed may not parse.
  const sections = topLevelSections(text.slice(0, 200_000));
  const certify = sections.get('certify');
  if (certify !== undefined && /^\s+baseline\s*:/m.test(certify) && /^\s+subject\s*:/m.test(certify))
    return true;
  const guards = sections.get('guards');
  if (guards === undefined || !sections.has('model') || !sections.has('dataset')) return false;
  return /\b(invariants|spectral|rmt|variance)\b/.test(guards);
}

/** The text under every key that stands in the first column. */
function topLevelSections(text: string): Map<string, string> {
  const sections = new Map<string, string>();
  let current: string | undefined;
  let lines: string[] = [];
  const close = () => {
    if (current !== undefined) sections.set(current, lines.join('\n'));
  };
  for (const line of text.split(/\r?\n/)) {
    const key = /^([A-Za-z_]\w*)\s*:(?=\s|$)(.*)$/.exec(line);
    if (key?.[1] !== undefined) {
      close();
      current = key[1];
      lines = [`  ${key[2] ?? ''}`];
    } else {
      lines.push(line);
    }
  }
  close();
  return sections;
}
