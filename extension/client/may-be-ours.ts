/** A document as far as it matters here. */
export interface OpenDocument {
  /** Of its URI. */
  readonly path: string;
  text(): string;
}

/**
 * Could a document be one of InvarLock's? Only then the language server is started, which decides exactly; so this may say
 * yes too often, and never no where the server would say yes. `folders` is the setting `invarlock.configFolders`.
 */
export function mayBeOurs(document: OpenDocument, folders: readonly string[]): boolean {
  const path = document.path.replaceAll('\\', '/');
  if (/\.cert\.json$/iu.test(path)) return true;
  if (/(?:^|\/)report\.json$/iu.test(path)) return /"metrics"/u.test(document.text());
  if (!/\.ya?ml$/iu.test(path)) return false;
  if (/(?:^|[./])invarlock\.ya?ml$|\/runtime\/|(?:^|\/)tiers[-_][^/]+$/iu.test(path)) return true;
  if (folders.some((folder) => isNamedIn(path, folder))) return true;
  return /^#.*invarlock|^["']?(?:certify|guards)["']?\s*:/imu.test(document.text());
}

function isNamedIn(path: string, folder: string): boolean {
  const name = folder.replaceAll('\\', '/').replace(/\/+$/u, '').replace(/^.*\//u, '');
  return name !== '' && path.includes(name);
}
