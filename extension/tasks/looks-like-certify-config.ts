/**
 * Whether a YAML text has a `certify` section at its top level. This only decides what menus and lists offer; whether
 * the file is a correct configuration is for the language server and the command line to say.
 */
export function looksLikeCertifyConfig(text: string): boolean {
  return /^(?:certify|"certify"|'certify')[ \t]*:/mu.test(text);
}
