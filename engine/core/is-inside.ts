import path from 'node:path';

/** Whether `target` is `folder` or lies in it. Looks at the paths only, so links must have been resolved before. */
export function isInside(folder: string, target: string): boolean {
  const relative = path.relative(folder, target);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
