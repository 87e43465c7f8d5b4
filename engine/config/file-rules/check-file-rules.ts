import type { Finding } from '../../core/findings.ts';
import type { FileReader } from '../../core/ports.ts';
import type { MappingNode } from '../config-node.ts';
import { type RuleSituation, type RuleView, ruleView } from '../rules/rule.ts';
import { dataFits } from './data-fits.ts';
import { type ReadModelFacts, readModelFacts as readFacts } from './model-facts.ts';
import { modelsFit } from './models-fit.ts';
import { needsDownload } from './needs-download.ts';

/** A merged tree and the folder of its top file, from which paths without a file of their own start. */
export interface FileRuleInput {
  readonly root: MappingNode;
  readonly folder: string;
  /** Says where the Hugging Face cache is, and whether anything may be downloaded. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** For an editor, which asks again at every key. */
  readonly readModelFacts?: ReadModelFacts;
}

/** What a rule sees that may look at the disk: only sizes, names and the first part of files, never whole corpora. */
export interface FileRuleView extends RuleView {
  readonly files: FileReader;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readModelFacts: ReadModelFacts;
}

/** To add a rule: a file beside this one, and a line here. */
const fileRules: readonly ((view: FileRuleView) => void | Promise<void>)[] = [
  needsDownload,
  modelsFit,
  dataFits,
];

/**
 * The rules that look at files: what a certification would stumble over, found before it starts
 * and cheap enough for an editor (spec 01 §2.1). Nothing is said about what is not written in this tree.
 *
 * @example await checkFileRules(nodeFiles, { root: config.root, folder: config.folder })
 */
export async function checkFileRules(
  files: FileReader,
  { root, folder, environment = {}, readModelFacts = readFacts }: FileRuleInput,
  situation: RuleSituation = {},
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const rules = ruleView(root, findings, situation);
  const view: FileRuleView = { ...rules, files, folder, environment, readModelFacts };
  for (const rule of fileRules) await rule(view);
  return findings;
}
