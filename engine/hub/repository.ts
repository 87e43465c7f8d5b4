/** A repository of the Hugging Face Hub. */
export interface HubRepository {
  readonly kind: 'models' | 'datasets';
  /** `org/name`, or a bare name of the hub's first years. */
  readonly id: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

/** What the hub takes when nobody names a revision. */
export const defaultRevision = 'main';

/** One step of an id: the hub's own rule, which also keeps it from being a path to somewhere else. */
const step = `[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?`;
const idPattern = new RegExp(`^${step}(?:/${step})?$`, 'u');
/** Names of git references; `refs/pr/3` and `refs/convert/parquet` have slashes. */
const revisionPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/u;

/** A text that may name a repository. */
export interface RepositoryName {
  readonly id: string;
  readonly revision: string | undefined;
  /** Whether it can mean nothing else: it starts with `hf:`, or names a revision. */
  readonly isCertain: boolean;
}

/**
 * Reads `org/name`, `org/name@revision` and the reference's `hf:org/name` (spec 01 §3.3); undefined for what can only be a path.
 *
 * @example repositoryName('gpt2@607a30d') // { id: 'gpt2', revision: '607a30d', isCertain: true }
 */
export function repositoryName(text: string): RepositoryName | undefined {
  const hasPrefix = text.startsWith('hf:');
  const name = hasPrefix ? text.slice(3) : text;
  const at = name.indexOf('@');
  const id = at < 0 ? name : name.slice(0, at);
  const revision = at < 0 ? undefined : name.slice(at + 1);
  if (!isRepositoryId(id) || (revision !== undefined && !isRevision(revision))) return undefined;
  return { id, revision, isCertain: hasPrefix || revision !== undefined };
}

export function isRepositoryId(id: string): boolean {
  return idPattern.test(id) && !id.includes('--') && !id.includes('..');
}

export function isRevision(revision: string): boolean {
  return revision.length <= 200 && revisionPattern.test(revision) && !revision.includes('..');
}

export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/u.test(text);
}

/** The folder of a repository in the cache: `models--org--name`. */
export function repositoryFolder({ kind, id }: Pick<HubRepository, 'kind' | 'id'>): string {
  return [kind, ...id.split('/')].join('--');
}

/** For messages: the id, with the revision when it is not the usual one. */
export function repositoryLabel({ id, revision }: HubRepository): string {
  return revision === defaultRevision ? id : `${id}@${revision}`;
}

/** Whether a name in a repository can be a file below a folder, and nothing beside or above it. */
export function isSafePath(name: string): boolean {
  if (name === '' || name.length > 1000 || /[\\:\p{Cc}]/u.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
