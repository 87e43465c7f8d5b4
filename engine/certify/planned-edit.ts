import { type MappingNode, nodeAt, plainValue } from '../config/config-node.ts';
import { withCanonicalNames } from '../config/layers/with-canonical-names.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { type Checked, type Finding, hasErrors } from '../core/findings.ts';
import { editableModelTypes, isEditable } from '../edits/edit-targets.ts';
import { type EditKind, type EditPlan, type EditRequest, editKinds, planEdit } from '../edits/plan-edit.ts';
import type { ModelSource } from '../models/model-source.ts';

/** The options of an edit, without the folders. */
export type EditOptions = Omit<EditRequest, 'modelFolder' | 'outFolder'>;

/** An edit that a run applies itself, checked before anything is evaluated or written. */
export interface PlannedEdit {
  readonly options: EditOptions;
  readonly plan: EditPlan;
}

/** The option of `invarlock edit` that a key of `edit.plan` is. */
const optionOfKey: Readonly<Record<string, keyof EditOptions>> = {
  bitwidth: 'bits',
  granularity: 'granularity',
  scope: 'scope',
  group_size: 'groupSize',
  clamp_ratio: 'clampRatio',
  max_modules: 'maxModules',
  sparsity: 'sparsity',
  rank: 'rank',
  relative_norm: 'relativeNorm',
};
/** Keys of the reference that no quantisation depends on: nothing random happens, and every row has a scale. */
const withoutEffect = ['per_channel', 'seed', 'module_selectors'];

/** `noop`, an edit that is known, or undefined. `quant` is the reference's short name (spec 01 §1.4.4). */
export function editNamed(name: string): 'noop' | EditKind | undefined {
  const wanted = name.trim().toLowerCase();
  if (wanted === 'noop') return 'noop';
  return editKinds.find((kind) => kind === (wanted === 'quant' ? 'quant_rtn' : wanted));
}

/**
 * The edit of `--edit`, with the plan of the configuration. As in the reference, quant_rtn follows the reference's rule
 * over `scope` unless the plan names another granularity (spec 03 §7.2).
 *
 * @example plannedEdit('quant_rtn', config).value?.plan.name // 'int8-rtn-reference-ffn'
 */
export function plannedEdit(name: string, config: LoadedConfig): Checked<PlannedEdit> {
  const kind = editNamed(name);
  if (kind === undefined || kind === 'noop') {
    const message = `There is no edit ${JSON.stringify(name)}. Choose noop, ${editKinds.join(', ')}.`;
    return { value: undefined, findings: [{ code: 'X601', severity: 'error', message }] };
  }
  const root = withCanonicalNames(config.root);
  const findings: Finding[] = [];
  const options: Record<string, unknown> = {};
  for (const [key, value] of planEntries(root)) {
    const option = kind === 'low_rank' && key === 'seed' ? 'seed' : optionOfKey[key];
    // A null, and no modules at most, say nothing (spec 01 §1.4.4).
    if (value === null || (key === 'max_modules' && value === 0)) continue;
    if (option) options[option] = value;
    else if (!withoutEffect.includes(key)) findings.push(unknownKey(key));
  }
  // Wide weights have no groups; the reference ignores the key (spec 03 §7.2).
  if (kind === 'quant_rtn' && options.groupSize !== undefined && (options.bits ?? 8) !== 4) {
    const message = `edit.plan.group_size goes with 4 bits only, so it does not count with ${options.bits ?? 8}.`;
    findings.push({ code: 'X608', severity: 'note', message, pointer: '/edit/plan/group_size' });
    delete options.groupSize;
  }
  if (kind === 'quant_rtn') options.granularity ??= 'reference';
  const asked = { ...options, kind };
  const planned = planEdit({ ...asked, modelFolder: '', outFolder: '' });
  findings.push(...planned.findings.map(inWordsOfThePlan));
  const placed = findings.map((finding) => withPlace(finding, root));
  if (!planned.value || hasErrors(findings)) return { value: undefined, findings: placed };
  return { value: { options: asked, plan: planned.value }, findings: placed };
}

/** Whether the matrices of a model are known; else the edit is refused before anything is evaluated. */
export function checkEditable({ kind, modelType, folder }: ModelSource): Finding[] {
  if (kind === 'onnx') {
    const message = `${folder} holds an ONNX model; edits change the weights of Hugging Face folders. Name the folder that it was exported from.`;
    return [{ code: 'X606', severity: 'error', message, file: folder }];
  }
  if (isEditable(modelType)) return [];
  const message = `It is not known which matrices to edit in models of type ${modelType}. Supported: ${editableModelTypes.join(', ')}.`;
  return [{ code: 'X606', severity: 'error', message, file: folder }];
}

/** An edit that the file names and nobody applies: the model is measured as it is, and that is said. */
export function editNotApplied(config: LoadedConfig): Finding[] {
  const node = nodeAt(config.root, '/edit/name')?.node;
  const name = node?.kind === 'scalar' ? String(node.value) : 'noop';
  const kind = editNamed(name);
  if (kind === undefined || kind === 'noop') return [];
  const message = `edit.name is ${name}, and the model is measured as it is. Add --edit ${kind} to apply it first.`;
  return [
    withPlace(
      { code: 'U716', severity: 'note', message, pointer: '/edit/name' },
      withCanonicalNames(config.root),
    ),
  ];
}

function planEntries(root: MappingNode): [string, unknown][] {
  const node = nodeAt(root, '/edit/plan')?.node;
  return node?.kind === 'mapping' ? Object.entries(plainValue(node) as Record<string, unknown>) : [];
}

function unknownKey(key: string): Finding {
  const message = `edit.plan has no key "${key}". Choose from ${Object.keys(optionOfKey).join(', ')}.`;
  return { code: 'X612', severity: 'error', message, pointer: `/edit/plan/${key}` };
}

/** planEdit speaks of the options of `invarlock edit`. */
function inWordsOfThePlan(finding: Finding): Finding {
  let pointer = '/edit/plan';
  let { message } = finding;
  for (const [key, option] of Object.entries({ ...optionOfKey, seed: 'seed' })) {
    const flag = `--${option.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
    const whole = new RegExp(`${flag}(?![\\w-])`, 'gu');
    if (!whole.test(message)) continue;
    if (pointer === '/edit/plan') pointer = `/edit/plan/${key}`;
    message = message.replaceAll(whole, `edit.plan.${key}`);
  }
  return { ...finding, message, pointer };
}

function withPlace(finding: Finding, root: MappingNode): Finding {
  for (const pointer of [finding.pointer ?? '', '/edit/plan', '/edit']) {
    const node = pointer === '' ? undefined : nodeAt(root, pointer)?.node;
    if (node?.source.file === undefined || !node.range) continue;
    return { ...finding, file: node.source.file, range: node.range };
  }
  return finding;
}
