import path from 'node:path';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Checked, Finding } from '../core/findings.ts';
import type { Hub } from '../hub/hub-ports.ts';
import { type LocatedModel, locateModel } from '../hub/locate-model.ts';

/** A model that a run needs: where its name was written, and what that means as a path. */
export interface WantedModel {
  /** As the command line named it; it wins over the file. */
  readonly flag: string | undefined;
  /** Where the file names it, such as `/certify/baseline`. */
  readonly pointer: string;
  /** The absolute path. */
  readonly folder: string;
  /** `model.revision`, for `model.id` alone. */
  readonly revision?: string | undefined;
}

/**
 * Finds the folders of the models of a run, one after the other, so that each problem is said and a model that stands twice is
 * downloaded once. Findings about a name in a file have its place.
 */
export async function locateModels(
  hub: Hub | undefined,
  config: LoadedConfig,
  adapter: string,
  wanted: readonly WantedModel[],
): Promise<Checked<readonly LocatedModel[]>> {
  const findings: Finding[] = [];
  const located: LocatedModel[] = [];
  for (const { flag, pointer, folder, revision } of wanted) {
    const text = flag ?? textAt(config, pointer) ?? folder;
    const found = await locateModel(hub, { text, folder, revision, onnx: adapter === 'hf_causal_onnx' });
    const place = flag === undefined ? placeOf(config, pointer) : {};
    for (const finding of found.findings) {
      const placed = { ...finding, ...place };
      if (!findings.some(({ message }) => message === finding.message)) findings.push(placed);
    }
    if (found.value) located.push(found.value);
  }
  return { value: located.length === wanted.length ? located : undefined, findings };
}

function textAt(config: LoadedConfig, pointer: string): string | undefined {
  const [section = '', key = ''] = pointer.split('/').slice(1);
  const value = (config.data as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>)[
    section
  ]?.[key];
  // A path that includes bring is resolved already; a name of the hub has no folder to start from.
  return typeof value === 'string' && !path.isAbsolute(value) ? value : undefined;
}

function placeOf(config: LoadedConfig, pointer: string): Partial<Finding> {
  const origin = config.origin(pointer);
  if (origin?.file === undefined) return {};
  return { pointer, file: origin.file, ...(origin.range && { range: origin.range }) };
}
