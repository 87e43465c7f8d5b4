import type { FileReader } from '../core/ports.ts';
import { yamlLimits } from './yaml-limits.ts';

/** A UTF-8 text file of bounded size, or why it cannot be read, as the end of a sentence. */
export async function readText(
  files: FileReader,
  file: string,
): Promise<{ text: string; reason?: undefined } | { text?: undefined; reason: string }> {
  try {
    const facts = await files.facts(file);
    if (!facts) return { reason: 'it does not exist' };
    if (facts.kind !== 'file')
      return { reason: `it is a ${facts.kind === 'folder' ? 'folder' : 'special file'}` };
    const limit = yamlLimits.sizeBytes * 4;
    if (facts.sizeBytes > limit)
      return { reason: `it has ${facts.sizeBytes} bytes, and the limit is ${limit}` };
    const bytes = await files.readBytes(file);
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { reason: 'it is not UTF-8 text' };
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    return {
      reason: code === 'EACCES' || code === 'EPERM' ? 'permission is denied' : (code ?? 'reading failed'),
    };
  }
}
