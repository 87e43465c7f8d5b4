import { indentationStep, startOfLine } from '../yaml/find-pair.ts';
import type { Fixer } from './fix-context.ts';

/** Spaces for the tabs before a line, and before those that follow it with tabs of their own. */
export const indentWithSpaces: Fixer = ({ text, place }) => {
  const start = startOfLine(text, place.start);
  const block = /^(?:[ ]*\t[ \t]*[^\r\n]*(?:\r?\n|$))+/.exec(text.slice(start))?.[0];
  if (block === undefined) return [];
  const step = ' '.repeat(indentationStep(text));
  const newText = block.replace(/^[ \t]+/gm, (blanks) => blanks.replaceAll('\t', step));
  return [{ title: 'Indent with spaces', range: { start, end: start + block.length }, newText }];
};
