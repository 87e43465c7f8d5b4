import path from 'node:path';
import { Command, Option } from 'commander';
import { type Checked, hasErrors } from '../../core/findings.ts';
import { applyEdit } from '../../edits/apply-edit.ts';
import { type EditKind, editKinds, planEdit } from '../../edits/plan-edit.ts';
import { type LocatedModel, locateModel } from '../../hub/locate-model.ts';
import { commandHub } from '../command-hub.ts';
import type { CliContext } from '../node-context.ts';
import { plainNumber, wholeNumber } from '../option-values.ts';
import { showProgress } from '../output/show-progress.ts';
import { printFindings } from '../output/terminal.ts';

interface EditOptions {
  readonly model: string;
  readonly out: string;
  readonly bits?: number;
  readonly granularity?: 'channel' | 'tensor' | 'reference';
  readonly scope?: 'ffn' | 'attn' | 'all';
  readonly groupSize?: number;
  readonly clampRatio?: number;
  readonly maxModules?: number;
  readonly sparsity?: number;
  readonly rank?: number;
  readonly relativeNorm?: number;
  readonly seed?: number;
  readonly json?: boolean;
}

/** `invarlock edit <kind> --model DIR --out DIR …`: makes a subject from a baseline. */
export function editCommand(context: CliContext, settle: (exitCode: number) => void): Command {
  return new Command('edit')
    .description(
      'Make an edited copy of a model folder: quant_rtn (round to nearest), prune (by magnitude) or low_rank (a made-up adapter, merged).',
    )
    .addArgument(new Command().createArgument('<kind>', 'kind of edit').choices(editKinds))
    .requiredOption(
      '--model <dir>',
      'model to start from: a folder, or an id on the Hugging Face Hub (org/name@revision)',
    )
    .requiredOption('--out <dir>', 'new folder for the edited model; must be empty or absent')
    .option('--bits <n>', 'quant_rtn: bits per weight, 2 to 8 (default 8)', wholeNumber)
    .addOption(
      new Option(
        '--granularity <g>',
        'quant_rtn: one scale per output channel, per tensor, or the rule of the reference (default channel)',
      ).choices(['channel', 'tensor', 'reference']),
    )
    .addOption(
      new Option(
        '--scope <s>',
        'quant_rtn with --granularity reference: which matrices (default ffn)',
      ).choices(['ffn', 'attn', 'all']),
    )
    .option(
      '--group-size <n>',
      'quant_rtn with --granularity reference and --bits 4: columns that share a scale (default a whole row)',
      wholeNumber,
    )
    .option(
      '--clamp-ratio <x>',
      'quant_rtn with --granularity reference: share of each row that is clipped before scaling, 0 to 0.5 (default 0)',
      plainNumber,
    )
    .option(
      '--max-modules <n>',
      'quant_rtn with --granularity reference: only the first so many matrices, in the order of the model',
      wholeNumber,
    )
    .option('--sparsity <x>', 'prune: share of each matrix to set to zero, between 0 and 1', plainNumber)
    .option('--rank <n>', 'low_rank: directions of the change, 1 to 256 (default 4)', wholeNumber)
    .option(
      '--relative-norm <x>',
      'low_rank: size of the change over that of each attention matrix, up to 1 (default 0.12)',
      plainNumber,
    )
    .option('--seed <n>', 'low_rank: what the change is drawn from (default 11)', wholeNumber)
    .option('--json', 'print one edit-v1 JSON object with what was done')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 the model could not be written, 2 an option or the model cannot be used.\n\nExamples:\n  invarlock edit quant_rtn --model models/base --out models/base-int8 --bits 8\n  invarlock edit prune --model models/base --out models/base-p20 --sparsity 0.2',
    )
    .action(async (kind: EditKind, options: EditOptions) => {
      const { terminal } = context;
      const request = {
        kind,
        modelFolder: path.resolve(context.workingFolder, options.model),
        outFolder: path.resolve(context.workingFolder, options.out),
        bits: options.bits,
        granularity: options.granularity,
        scope: options.scope,
        groupSize: options.groupSize,
        clampRatio: options.clampRatio,
        maxModules: options.maxModules,
        sparsity: options.sparsity,
        rank: options.rank,
        relativeNorm: options.relativeNorm,
        seed: options.seed,
      };
      // Nothing is downloaded for options that cannot be used.
      const planned = planEdit(request);
      const model = planned.value && (await baseModel(context, options.model, request.modelFolder));
      const obstacles = [...(planned.value ? [] : planned.findings), ...(model?.findings ?? [])];
      printFindings(terminal, obstacles, () => undefined);
      if (!model?.value) {
        settle(2);
        return;
      }
      const { cancelled } = context;
      const base = { ...request, modelFolder: model.value.folder };
      const result = await applyEdit(context.files, base, { cancelled });
      printFindings(terminal, result.findings, () => undefined);
      if (!result.value || hasErrors(result.findings)) {
        settle(2);
        return;
      }
      const summary = result.value;
      if (options.json) terminal.out(JSON.stringify({ format_version: 'edit-v1', ...summary }));
      else {
        terminal.out(`${kind}: ${summary.changed.length} of ${summary.tensorCount} tensors changed`);
        terminal.out(`model: ${path.resolve(context.workingFolder, options.out)}`);
      }
      settle(0);
    });
}

/** A local folder, or a model of the hub. */
function baseModel(context: CliContext, text: string, folder: string): Promise<Checked<LocatedModel>> {
  const hub = commandHub(context, showProgress(context.terminal, true, 'friendly'));
  return locateModel(hub, { text, folder, onnx: false });
}
