import type { Finding } from '../core/findings.ts';
import { nodeAt } from './config-node.ts';
import type { LoadedConfig, ValueOrigin } from './load-config.ts';
import type { RunSettings } from './run-settings.ts';
import { tokenBudget } from './token-budget.ts';

/** Intervals from fewer replicates jump from run to run (spec 01 §4.1, D004). */
const fewReplicates = 200;

/** What a usable configuration still should not say (spec 01 §4.1: D004, D008, D012, and ours). Needs no machine to tell. */
export function checkSettings(
  config: LoadedConfig,
  settings: RunSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const findings: Finding[] = [];
  const budget = tokenBudget(settings, environment);
  if (budget) findings.push(budget);
  const textAt = (pointer: string) => {
    const node = nodeAt(config.root, pointer)?.node;
    return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
  };
  const { enabled, replicates } = settings.bootstrap;
  if (enabled.value && replicates.value > 0 && replicates.value < fewReplicates) {
    findings.push({
      code: 'D004',
      severity: 'warning',
      message: `${replicates.value} bootstrap replicates give unsteady intervals. Use at least ${fewReplicates}.`,
      pointer: '/eval/bootstrap/replicates',
      expected: fewReplicates,
      actual: replicates.value,
      ...placeOf(replicates.origin),
    });
  }
  for (const pointer of ['/dataset/text_field', '/dataset/provider/text_field']) {
    if (textAt(pointer)?.trim() !== '') continue;
    findings.push({
      code: 'D012',
      severity: 'warning',
      reason: 'text_field_empty',
      message:
        'text_field is empty, so the field "text" is read. Name the field that holds the text, or remove the key.',
      pointer,
      ...placeOf(config.origin(pointer)),
    });
  }
  for (const section of ['/dataset', '/dataset/provider']) {
    const workers = nodeAt(config.root, `${section}/workers`)?.node;
    const shards = nodeAt(config.root, `${section}/deterministic_shards`)?.node;
    const isParallel = workers?.kind === 'scalar' && typeof workers.value === 'number' && workers.value > 0;
    if (!isParallel || (shards?.kind === 'scalar' && shards.value === true)) continue;
    findings.push({
      code: 'D106',
      severity: 'warning',
      message:
        'workers without deterministic_shards may order the rows differently in the Python tool. Set deterministic_shards to true, or remove workers.',
      pointer: `${section}/workers`,
      ...placeOf(config.origin(`${section}/workers`)),
    });
  }
  return findings;
}

function placeOf(origin: ValueOrigin | undefined): Pick<Finding, 'file' | 'range'> {
  if (origin?.file === undefined) return {};
  return { file: origin.file, ...(origin.range && { range: origin.range }) };
}
