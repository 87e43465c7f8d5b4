import { configSchema } from './config-schema.ts';
import { tierNames } from './profile-overlays.ts';

/** What a YAML file of ours is for, by its name: profiles and tiers have schemas of their own. */
export type ConfigFileKind = 'config' | 'profile' | 'tiers';

export function configFileKind(file: string): ConfigFileKind {
  const name = file.replaceAll('\\', '/');
  if (/(^|\/)runtime\/profiles\/[^/]+\.ya?ml$/.test(name)) return 'profile';
  return /(^|\/)(runtime\/tiers|tiers[-_][^/]+)\.ya?ml$/.test(name) ? 'tiers' : 'config';
}

/**
 * Is this YAML document a configuration of ours? By a schema line that names ours, by name, by a folder that the user
 * named, by a modeline, or by content that nobody else would write. Everybody else's YAML must stay untouched, so a
 * schema line that names another schema means no, and doubt means no.
 *
 * @example isInvarlockConfig('/project/gpt2.invarlock.yaml', '') // true
 */
export function isInvarlockConfig(file: string, given: string, folders: readonly string[] = []): boolean {
  // A byte order mark is no part of the first line.
  const text = given.replace(/^\uFEFF/u, '');
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).toLowerCase();
  if (!/\.ya?ml$/.test(name)) return false;
  const modeline = modelineOf(text);
  if (modeline !== undefined) return modeline === 'ours';
  if (/^(.+\.)?invarlock\.ya?ml$/.test(name)) return true;
  return isBelow(file, folders) || isRuntimeFile(file, text) || isUnmistakable(text);
}

/** Sections that a profile may hold, and words of which it holds at least one. */
const profileSections = new Set(Object.keys(configSchema.properties ?? {}));
const profileWords =
  /\b(preview_n|final_n|seq_len|replicates|acceptance_range|drift_band|invariants|spectral|rmt|max_calib|ppl_\w+)\b/;
const tierSections = new Set<string>(tierNames);

/** `runtime/profiles/<name>.yaml`, `runtime/tiers.yaml`, `tiers-<name>.yaml` are other tools' names too: their content must fit. */
function isRuntimeFile(file: string, text: string): boolean {
  const kind = configFileKind(file);
  if (kind === 'config') return false;
  const names = [...topLevelSections(text.slice(0, 200_000)).keys()].filter((name) => !name.startsWith('_'));
  const known = kind === 'tiers' ? tierSections : profileSections;
  if (names.length === 0 || !names.every((name) => known.has(name))) return false;
  return kind === 'tiers' || profileWords.test(text);
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
