import type { RunSettings } from '../config/run-settings.ts';
import type { Checked } from '../core/findings.ts';
import type { FileReader } from '../core/ports.ts';
import type { WindowSchedule } from '../data/data-types.ts';
import { planReleaseWindows, type WindowPlan } from '../data/plan-windows.ts';
import type { WindowRequest } from '../data/take-windows.ts';
import type { LossKind } from '../graph/model-graph.ts';
import type { Hub } from '../hub/hub-ports.ts';
import { type ProviderSource, providerSource, type WindowTokenizer } from './provider-source.ts';

/** Providers that this version reads. */
export const readyProviders: readonly string[] = [
  'wikitext2',
  'synthetic',
  'hf_text',
  'local_jsonl',
  'seq2seq',
  'hf_seq2seq',
  'local_jsonl_pairs',
  'local_jsonl_tasks',
];

/** Those whose rows have two sides. */
export const pairProviders: readonly string[] = ['seq2seq', 'hf_seq2seq', 'local_jsonl_pairs'];

/** Windows of the configured provider, which fits the loss; a release plans their number first (spec 02 §2.5.2). */
export async function providerWindows(
  files: FileReader,
  settings: RunSettings,
  tokenizer: WindowTokenizer,
  loss: LossKind,
  hub?: Hub,
): Promise<Checked<WindowSchedule>> {
  const source = await providerSource(files, settings, tokenizer, loss, hub);
  if (!source.value) return { value: undefined, findings: source.findings };
  const request: WindowRequest = {
    previewN: settings.previewN.value,
    finalN: settings.finalN.value,
    seqLen: settings.seqLen.value,
    padId: tokenizer.padId,
  };
  const planned = releasePlan(source.value, settings);
  if (planned && !planned.value) {
    return { value: undefined, findings: [...source.findings, ...planned.findings] };
  }
  const plan = planned?.value;
  const counts = plan && {
    previewN: plan.actual_preview,
    finalN: plan.actual_final,
    ...(plan.min_per_arm === undefined ? {} : { minimumPerArm: plan.min_per_arm }),
  };
  const { origin } = source.value;
  const windows = source.value.windows({ ...request, ...counts });
  return {
    value: windows.value && { ...windows.value, ...(plan ? { plan } : {}), ...(origin && { origin }) },
    findings: [...source.findings, ...windows.findings],
  };
}

/** Undefined in every profile but release. */
function releasePlan(source: ProviderSource, settings: RunSettings): Checked<WindowPlan> | undefined {
  if (settings.profile !== 'release') return undefined;
  const requested = { preview: settings.previewN.value, final: settings.finalN.value };
  const capacity = source.capacity({
    seqLen: settings.seqLen.value,
    stride: settings.stride.value,
    targetTotal: requested.preview + requested.final,
  });
  const { max_calib: maximum } = settings.policy.variance;
  return planReleaseWindows(capacity, requested, typeof maximum === 'number' ? maximum : 0);
}
