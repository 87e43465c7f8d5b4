import path from 'node:path';
import type { DiagnosticCode } from '../../codes/index.ts';
import type { Checked, Finding } from '../../core/findings.ts';
import { isInside } from '../../core/is-inside.ts';
import type { FileReader } from '../../core/ports.ts';
import { openWeightFile, type WeightFile } from '../open-weight-file.ts';
import type { OnnxInitializer } from './onnx-model.ts';

type ExternalTensor = Extract<OnnxInitializer, { kind: 'external' }>;

/** Where the data of a model lies, proved to be plain files of the model. */
export interface ExternalFiles {
  /** Location in the model → real path. */
  readonly realPaths: ReadonlyMap<string, string>;
  /** Real path → identity when it was checked. */
  readonly identities: ReadonlyMap<string, string>;
  /** The folder that all of them lie in, or below. */
  readonly folder: string;
}

/**
 * Checks what a model says about data in other files before the runtime sees it: the location is a plain relative path,
 * what it leads to is a regular file of the model's folder that nothing else links to, and every range lies inside it.
 * The rules answer the known attacks on external data: paths that escape, links, and addresses in memory.
 */
export async function checkExternalData(
  files: FileReader,
  modelFile: string,
  realModelFile: string,
  tensors: readonly ExternalTensor[],
): Promise<Checked<ExternalFiles>> {
  const findings: Finding[] = [];
  const realPaths = new Map<string, string>();
  const identities = new Map<string, string>();
  const lowerBounds = new Map<string, ExternalTensor>();
  for (const tensor of tensors) {
    const known = lowerBounds.get(tensor.location);
    if (!known || end(tensor) > end(known)) lowerBounds.set(tensor.location, tensor);
  }
  const ownName = path.basename(realModelFile);
  for (const [location, last] of lowerBounds) {
    if (findings.length >= mostFindings) break;
    const problem =
      locationProblem(location) ??
      (await fileProblem(files, {
        location,
        last,
        modelFile,
        ownName,
        realModelFile,
        realPaths,
        identities,
      }));
    if (!problem) continue;
    const message = `${path.basename(modelFile)}: the data of ${JSON.stringify(last.name)} ${problem.message}`;
    findings.push({ code: problem.code, severity: 'error', message, file: modelFile });
  }
  if (findings.length > 0) return { value: undefined, findings };
  const folder = commonFolder([realModelFile, ...realPaths.values()], realPaths.size === 0);
  return { value: { realPaths, identities, folder }, findings };
}

const mostFindings = 20;

interface Problem {
  readonly code: DiagnosticCode;
  readonly message: string;
}

function end(tensor: ExternalTensor): number {
  return tensor.offset + tensor.lengthBytes;
}

/** What can be said about a location without looking at the disk; the rules are the same on every platform. */
function locationProblem(location: string): Problem | undefined {
  const shown = JSON.stringify(location.slice(0, 120));
  if (/_ORT_\w*MEM_ADDR/iu.test(location)) {
    const message = `is named by ${shown}, an address in the memory of ONNX Runtime. A file with that in it is made to attack.`;
    return { code: 'M261', message };
  }
  const refuse = (why: string): Problem => ({
    code: 'M257',
    message: `is in ${shown}, which ${why}. Only files beside the model are read; save the model again with its data beside it.`,
  });
  if (location === '') return refuse('is no name');
  if (location.length > 1024) return refuse('is longer than paths are');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  if (/[\u0000-\u001f\u007f]/u.test(location)) return refuse('has control characters');
  if (location.includes('\\')) return refuse('has a backslash');
  if (location.startsWith('/')) return refuse('is an absolute path');
  // A drive, or a stream beside a file.
  if (location.includes(':')) return refuse('has a colon');
  const parts = location.split('/');
  if (parts.includes('..')) return refuse('leads out of the folder');
  if (parts.some((part, i) => part === '' || (part === '.' && i > 0))) return refuse('has empty steps');
  return undefined;
}

interface Place {
  readonly location: string;
  /** The tensor whose data ends last. */
  readonly last: ExternalTensor;
  readonly modelFile: string;
  readonly ownName: string;
  readonly realModelFile: string;
  /** Filled with what is found. */
  readonly realPaths: Map<string, string>;
  readonly identities: Map<string, string>;
}

async function fileProblem(files: FileReader, place: Place): Promise<Problem | undefined> {
  const { location, modelFile, ownName, realModelFile } = place;
  const folder = path.dirname(modelFile);
  // The model's own file was looked at when it was read, so its link count is known to be in order or was warned of.
  const isOwn = location === ownName;
  const { value, findings } = isOwn
    ? await openWeightFile(files, realModelFile)
    : await openWeightFile(files, path.join(folder, location), folder);
  try {
    for (const { code } of findings) {
      const problem = isOwn ? undefined : problemOf(code, location);
      if (problem) return problem;
    }
    return value && rangeProblem(value, place);
  } finally {
    await value?.opened.close();
  }
}

/** What a weight file may be wrong in, said of the data of a tensor. */
function problemOf(code: DiagnosticCode, location: string): Problem | undefined {
  const refuse = (why: string): Problem => ({ code: 'M259', message: why });
  switch (code) {
    case 'U703':
      return refuse(
        `should be in ${location}, which is not there. Fetch the file that belongs to the model.`,
      );
    case 'M272':
      return refuse(
        `should be in ${location}, which is not a plain file. Fetch the file that belongs to the model.`,
      );
    case 'M273':
      return refuse(`is in ${location}, which was exchanged while it was opened. Try again.`);
    case 'M271':
      // A second name of a file elsewhere would carry that file's bytes into the model unseen.
      return refuse(
        `is in ${location}, a file with several hard links. Copy it, so that it has only this name.`,
      );
    case 'M270':
      return {
        code: 'M258',
        message: `is in ${location}, a link that leads out of the model's folder. Replace it by the file itself, if you trust it.`,
      };
    default:
      return undefined;
  }
}

function rangeProblem({ real, opened }: WeightFile, place: Place): Problem | undefined {
  const { location, last, realPaths, identities } = place;
  const { sizeBytes, identity = '' } = opened.facts;
  if (end(last) > sizeBytes) {
    return {
      code: 'M260',
      message: `goes to byte ${end(last)} of ${location}, which has ${sizeBytes}. The file was cut off or belongs to another model.`,
    };
  }
  realPaths.set(location, real);
  identities.set(real, identity);
  return undefined;
}

/** The deepest folder above all files; the model's own when it needs no other file. */
function commonFolder(files: readonly string[], onlyOwn: boolean): string {
  const [own = '', ...others] = files;
  if (onlyOwn) return path.dirname(own);
  let folder = path.dirname(others[0] ?? own);
  while (!others.every((file) => isInside(folder, file))) folder = path.dirname(folder);
  return folder;
}
