import type { RunSettings } from '../config/run-settings.ts';
import type { Checked } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { DataText } from '../data/data-types.ts';
import { type HubRows, hubLines, hubPairs, hubTexts } from '../data/providers/hub-rows.ts';
import { wikitext2Rows } from '../data/providers/wikitext2.ts';
import type { DataPair } from '../data/text-windows.ts';
import type { Hub } from '../hub/hub-ports.ts';
import type { DatasetOrigin, NamedDataset } from '../hub/open-dataset.ts';

/** Rows, and which commit of which data set they are of when that is the hub's. */
export interface ReadData<T> {
  readonly rows: readonly T[];
  readonly origin?: DatasetOrigin;
}

type Options = RunSettings['providerOptions'];

/** Rows that the reference reads when nobody says how many (spec 02 §1.1). */
const defaultSamples = 2000;

/** Of `hf_text` (spec 02 §1.6). */
export function readHubTexts(
  files: FileReader,
  hub: Hub | undefined,
  { providerOptions, split }: Pick<RunSettings, 'providerOptions' | 'split'>,
): Promise<Checked<HubRows<DataText>>> {
  const named = namedDataset(providerOptions, split.value, 'wikitext');
  const field = textOf(providerOptions, 'text_field') ?? 'text';
  return hubTexts(files, hub, named, { field, limit: limitOf(providerOptions) });
}

/** Of `hf_seq2seq` (spec 02 §1.7). */
export function readHubPairs(
  files: FileReader,
  hub: Hub | undefined,
  { providerOptions, split }: Pick<RunSettings, 'providerOptions' | 'split'>,
): Promise<Checked<HubRows<DataPair>>> {
  const named = namedDataset(providerOptions, split.value, '');
  const source = textOf(providerOptions, 'src_field') ?? 'source';
  const target = textOf(providerOptions, 'tgt_field') ?? 'target';
  return hubPairs(files, hub, named, { source, target, limit: limitOf(providerOptions) });
}

/** Of `wikitext2`: a local copy, else the corpus at the hub (spec 02 §1.4). */
export async function readWikitext2(
  files: FileReader,
  hub: Hub | undefined,
  { providerOptions, split }: Pick<RunSettings, 'providerOptions' | 'split'>,
  limit: number,
): Promise<Checked<ReadData<string>>> {
  const local = await wikitext2Rows(files, textOf(providerOptions, 'cache_dir'), split.value, limit);
  if (local.value || !hub) return { value: local.value && { rows: local.value }, findings: local.findings };
  const named = {
    ...namedDataset(providerOptions, split.value, 'wikitext'),
    configName: 'wikitext-2-raw-v1',
  };
  const read = await hubLines(files, hub, named, limit);
  if (read.value) return read;
  const findings = read.findings.map((finding) =>
    finding.code === 'H801'
      ? {
          ...finding,
          message: `${finding.message} A local copy of WikiText-2 serves too: name its folder in dataset.cache_dir.`,
        }
      : finding,
  );
  return { value: undefined, findings };
}

function namedDataset(options: Options, split: string, fallback: string): NamedDataset {
  return {
    id: textOf(options, 'dataset_name') ?? fallback,
    split,
    configName: textOf(options, 'config_name'),
    revision: textOf(options, 'revision'),
    cacheFolder: textOf(options, 'cache_dir'),
  };
}

function limitOf({ max_samples: limit }: Options): number {
  return typeof limit === 'number' ? limit : defaultSamples;
}

function textOf(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
