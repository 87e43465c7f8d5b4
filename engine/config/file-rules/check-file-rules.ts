import type { Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { MappingNode } from '../config-node.ts';
import { type RuleSituation, type RuleView, ruleView } from '../rules/rule.ts';
import { dataFits } from './data-fits.ts';
import { modelsFit } from './models-fit.ts';
import { networkAllowed } from './network-allowed.ts';

/** A merged tree and the folder of its top file, from which paths without a file of their own start. */
export interface FileRuleInput {
  readonly root: MappingNode;
  readonly folder: string;
}

/** What a rule sees that may look at the disk: only sizes, names and the first part of files, never whole corpora. */
export interface FileRuleView extends RuleView {
  readonly files: FileReader;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** To add a rule: a file beside this one, and a line here. */
const rules: readonly ((view: FileRuleView) => void | Promise<void>)[] = [
  networkAllowed,
  modelsFit,
  dataFits,
];

/**
 * The rules that look at files and at the environment: what a certification would stumble over, found before it starts
 * and cheap enough for an editor (spec 01 §2.1). Nothing is said about what is not written in this tree.
 *
 * @example await checkFileRules(nodeFiles, { root: config.root, folder: config.folder }, process.env)
 */
export async function checkFileRules(
  files: FileReader,
  { root, folder }: FileRuleInput,
  environment: Readonly<Record<string, string | undefined>>,
  situation: RuleSituation = {},
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const view: FileRuleView = { ...ruleView(root, findings, situation), files, folder, environment };
  for (const rule of rules) await rule(view);
  return findings;
}
