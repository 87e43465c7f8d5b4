import { InvarLockError } from '../core/errors.ts';
import type { HubNetwork } from './hub-ports.ts';
import type { HubSettings } from './hub-settings.ts';

/** A token has some forty characters. */
const mostBytes = 4096;

/**
 * The token that goes with requests to the endpoint: HF_TOKEN, its older name, or the file that `hf auth login` writes. It is
 * read for a request and kept nowhere; no message repeats it.
 */
export async function readToken(
  { environment, files }: Pick<HubNetwork, 'environment' | 'files'>,
  { tokenFile }: Pick<HubSettings, 'tokenFile'>,
): Promise<string | undefined> {
  for (const name of ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']) {
    const value = environment[name]?.trim() ?? '';
    if (value !== '') return usable(value, name);
  }
  if (tokenFile === undefined) return undefined;
  const facts = await files.facts(tokenFile);
  if (facts?.kind !== 'file' || facts.sizeBytes > mostBytes) return undefined;
  const value = new TextDecoder().decode(await files.readBytes(tokenFile)).trim();
  return value === '' ? undefined : usable(value, tokenFile);
}

function usable(value: string, where: string): string {
  if (/^[\x21-\x7e]+$/u.test(value)) return value;
  throw new InvarLockError('H805', `The token in ${where} has characters that no token has. Write it again.`);
}
