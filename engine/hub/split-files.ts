import { compareCodePoints } from '../core/compare-code-points.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { CardConfig } from './dataset-card.ts';
import { globMatcher } from './glob-matcher.ts';

/** Which part of a data set is wanted. */
export interface DatasetPart {
  /** The data set's name, for messages. */
  readonly id: string;
  readonly configName?: string | undefined;
  readonly split: string;
}

/** What was chosen: the configuration by its name, and the files of the split in their order. */
export interface ChosenFiles {
  readonly configName: string;
  readonly names: readonly string[];
}

/**
 * Which files of a repository hold a split of a configuration: those that the card names, else those whose folders or names say so
 * (`data/train-00000-of-00001.parquet`, `en/validation.jsonl`, `en/train/0000.parquet` of `refs/convert/parquet`).
 *
 * H821 for a data set that a script makes, H822 for a configuration or a split that is not there, H823 when nothing is in a format
 * that is read.
 */
export function splitFiles(
  names: readonly string[],
  configs: readonly CardConfig[],
  part: DatasetPart,
  isRead: (name: string) => boolean,
): Checked<ChosenFiles> {
  const data = names.filter(isData).sort(compareCodePoints);
  const usable = configs.filter(({ splits }) => splits === undefined || splits.length > 0);
  if (usable.length > 0) {
    const chosen = chooseConfig(usable, part);
    if (!chosen.value) return { value: undefined, findings: chosen.findings };
    return filesOf(splitsOfConfig(data, chosen.value), chosen.value.name, part, isRead);
  }
  const script = scriptOf(names, part.id);
  if (script !== undefined) return { value: undefined, findings: [scriptFinding(part, script)] };
  const folder = chooseFolder(data.filter(isRead), part);
  if (folder.value === undefined) return { value: undefined, findings: folder.findings };
  const inside = folder.value === '' ? data : data.filter((name) => name.startsWith(`${folder.value}/`));
  return filesOf(
    splitsByName(inside, folder.value),
    folder.value === '' ? 'default' : folder.value,
    part,
    isRead,
  );
}

/** Not what belongs to the repository itself. */
function isData(name: string): boolean {
  const steps = name.split('/');
  const isHidden = steps.some((step) => step.startsWith('.') || step.startsWith('__'));
  return !isHidden && !/(?:^|\/)(?:README\.md|LICENSE|dataset_infos?\.json|state\.json)$|\.py$/u.test(name);
}

function chooseConfig(configs: readonly CardConfig[], { id, configName }: DatasetPart): Checked<CardConfig> {
  const chosen =
    configName === undefined
      ? (configs.find(({ isDefault }) => isDefault) ??
        configs.find(({ name }) => name === 'default') ??
        (configs.length === 1 ? configs[0] : undefined))
      : configs.find(({ name }) => name === configName);
  if (chosen) return { value: chosen, findings: [] };
  return {
    value: undefined,
    findings: [
      configFinding(
        id,
        configName,
        configs.map(({ name }) => name),
      ),
    ],
  };
}

function splitsOfConfig(
  data: readonly string[],
  { folder, splits }: CardConfig,
): ReadonlyMap<string, readonly string[]> {
  const inside = folder === undefined ? data : data.filter((name) => name.startsWith(`${folder}/`));
  if (!splits) return splitsByName(inside, folder ?? '');
  const found = new Map<string, readonly string[]>();
  for (const { split, patterns } of splits) {
    const isMatching = patterns.map((pattern) =>
      globMatcher(folder === undefined ? pattern : `${folder}/${pattern}`),
    );
    // In the order of the patterns, as the Python library has them.
    const named = isMatching.flatMap((matching) => inside.filter(matching));
    found.set(split, [...new Set([...(found.get(split) ?? []), ...named])]);
  }
  return found;
}

/** Configurations are folders, where nothing else says what they are. */
function chooseFolder(data: readonly string[], { id, configName }: DatasetPart): Checked<string> {
  const isConverted = data.length > 0 && data.every((name) => /^[^/]+\/[^/]+\/\d{4}\.parquet$/u.test(name));
  const folders = [
    ...new Set(data.filter((name) => name.includes('/')).map((name) => name.split('/')[0] ?? '')),
  ];
  if (configName !== undefined) {
    if (folders.includes(configName)) return { value: configName, findings: [] };
    if (configName === 'default' && !isConverted) return { value: '', findings: [] };
    return {
      value: undefined,
      findings: [configFinding(id, configName, isConverted ? folders : ['default'])],
    };
  }
  if (!isConverted) return { value: '', findings: [] };
  const only = folders.includes('default') ? 'default' : folders.length === 1 ? folders[0] : undefined;
  if (only !== undefined) return { value: only, findings: [] };
  return { value: undefined, findings: [configFinding(id, undefined, folders)] };
}

/** Words in names of files and folders, and the split that they mean. */
const words: readonly (readonly [expression: RegExp, split: string])[] = [
  [/(?:^|[^a-z])(?:training|train)(?:[^a-z]|$)/iu, 'train'],
  [/(?:^|[^a-z])(?:validation|valid|dev|val)(?:[^a-z]|$)/iu, 'validation'],
  [/(?:^|[^a-z])(?:testing|test|evaluation|eval)(?:[^a-z]|$)/iu, 'test'],
];

function splitsByName(data: readonly string[], folder: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of data) {
    const split = splitOfName(folder === '' ? name : name.slice(folder.length + 1));
    found.set(split, [...(found.get(split) ?? []), name]);
  }
  return found;
}

function splitOfName(name: string): string {
  const steps = name.split('/');
  const file = steps.at(-1) ?? '';
  const sharded = /^(\w+(?:\.\w+)*)-\d{5}-of-\d{5}/u.exec(file)?.[1];
  if (sharded !== undefined) return sharded;
  const above = steps.at(-2);
  if (above !== undefined && /^\d{4}\.parquet$/u.test(file)) return above.replace(/^partial-/u, '');
  for (const step of [file, ...steps.slice(0, -1).reverse()]) {
    const split = words.find(([expression]) => expression.test(step))?.[1];
    if (split !== undefined) return split;
  }
  // Everything is for training when nothing says otherwise.
  return 'train';
}

function filesOf(
  splits: ReadonlyMap<string, readonly string[]>,
  configName: string,
  { id, split }: DatasetPart,
  isRead: (name: string) => boolean,
): Checked<ChosenFiles> {
  const all = splits.get(split);
  const names = all?.filter(isRead) ?? [];
  if (names.length > 0) return { value: { configName, names }, findings: [] };
  if (all && all.length > 0) {
    const message = `The data set ${id} has no files of the split ${split} that are read (found: ${listOf(all)}). Its revision refs/convert/parquet may have them as Parquet.`;
    return {
      value: undefined,
      findings: [{ code: 'H823', severity: 'error', message, pointer: '/dataset/split' }],
    };
  }
  const there = [...splits].filter(([, files]) => files.some(isRead)).map(([name]) => name);
  if (there.length === 0) {
    const message = `The data set ${id} has no data files in a format that is read: Parquet, JSON Lines, CSV, TSV or text, plain or with gzip.`;
    return { value: undefined, findings: [{ code: 'H823', severity: 'error', message }] };
  }
  const message = `The data set ${id}, configuration ${configName}, has no split "${split}". Set dataset.split to one of ${there.sort(compareCodePoints).join(', ')}.`;
  return {
    value: undefined,
    findings: [
      { code: 'H822', severity: 'error', message, pointer: '/dataset/split', expected: there, actual: split },
    ],
  };
}

/** A script of the repository's own name makes the data where no card describes them. */
function scriptOf(names: readonly string[], id: string): string | undefined {
  const name = `${id.split('/').at(-1)}.py`;
  return names.includes(name) ? name : undefined;
}

function scriptFinding({ id }: DatasetPart, script: string): Finding {
  const message = `The data set ${id} is made by a script of its own (${script}), which is never run. Name the revision refs/convert/parquet, where the hub keeps many such data sets as Parquet.`;
  return { code: 'H821', severity: 'error', message, pointer: '/dataset/dataset_name' };
}

function configFinding(id: string, wanted: string | undefined, names: readonly string[]): Finding {
  const problem =
    wanted === undefined
      ? 'has several configurations, and none was named. Set'
      : `has no configuration "${wanted}". Set`;
  const message = `The data set ${id} ${problem} config_name to one of ${listOf([...names].sort(compareCodePoints))}.`;
  return { code: 'H822', severity: 'error', message, pointer: '/dataset/config_name', expected: names };
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}
