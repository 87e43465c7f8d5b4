import type { Finding } from '../core/findings.ts';
import type { LoadedConfig } from './load-config.ts';

/**
 * Findings about data and models know the setting that is to blame by its pointer; this adds where it is written. An
 * option may stand beside the provider's name or in the provider's mapping.
 *
 * @example locateFindings(config, [{ code: 'T310', severity: 'error', message, pointer: '/dataset/file' }])
 */
export function locateFindings(config: LoadedConfig, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => {
    const { pointer, range, file } = finding;
    if (pointer === undefined || range || (file !== undefined && file !== config.path)) return finding;
    const inProvider = pointer.replace(/^\/dataset\//u, '/dataset/provider/');
    const found = [pointer, inProvider].find((one) => config.origin(one)?.file !== undefined);
    const origin = found === undefined ? undefined : config.origin(found);
    if (found === undefined || origin?.file === undefined) return finding;
    return { ...finding, pointer: found, file: origin.file, ...(origin.range && { range: origin.range }) };
  });
}
