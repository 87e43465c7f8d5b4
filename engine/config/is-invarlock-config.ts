/**
 * Is this YAML document a configuration of ours? By name, by a modeline, or by content that nobody else would write;
 * everybody else's YAML must stay untouched, so doubt means no.
 *
 * @example isInvarlockConfig('/work/gpt2.invarlock.yaml', '') // true
 */
export function isInvarlockConfig(file: string, text: string): boolean {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).toLowerCase();
  if (/^(.+\.)?invarlock\.ya?ml$/.test(name)) return true;
  if (!/\.ya?ml$/.test(name)) return false;
  return hasModeline(text) || isUnmistakable(text);
}

/** A comment among the first lines: `# invarlock`, or a schema line that names ours. */
function hasModeline(text: string): boolean {
  const head = text.slice(0, 2000).split(/\r?\n/, 10);
  return head.some(
    (line) =>
      /^#\s*invarlock\s*$/i.test(line) ||
      /^#.*\$schema\s*[=:]\s*\S*invarlock\S*config\.schema\.json/i.test(line),
  );
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
