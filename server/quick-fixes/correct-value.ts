import { isScalar } from 'yaml';
import { inYaml } from '../../engine/config/describe-schema.ts';
import { pointerSteps } from '../../engine/config/json-pointer.ts';
import { schemaAt } from '../../engine/config/schema-at.ts';
import { writtenAt } from '../yaml/find-pair.ts';
import type { Fixer } from './fix-context.ts';

/** The nearest number that the range allows. */
export const clampNumber: Fixer = ({ root, schema: top, finding, place }) => {
  const schema = schemaAt(root, pointerSteps(finding.pointer ?? ''), top);
  const { actual } = finding;
  if (!schema || typeof actual !== 'number') return [];
  const { minimum, maximum } = schema;
  if (minimum !== undefined && actual < minimum)
    return [{ title: `Raise to ${minimum}`, range: place, newText: String(minimum) }];
  if (maximum !== undefined && actual > maximum)
    return [{ title: `Lower to ${maximum}`, range: place, newText: String(maximum) }];
  return [];
};

/** Every value of a short closed list; which one was meant nobody can know. */
export const chooseValue: Fixer = ({ finding, document, place }) => {
  const { expected } = finding;
  if (finding.fix || !Array.isArray(expected) || expected.length > 8) return [];
  const written = writtenAt(document, pointerSteps(finding.pointer ?? ''));
  if (!written || !isScalar(written.node)) return [];
  return expected.map((value) => ({
    title: `Change to ${JSON.stringify(value)}`,
    range: place,
    newText: inYaml(value),
  }));
};

/** A number that a profile or a tier raises: write what counts anyway. */
export const raiseToFloor: Fixer = ({ finding, place, text }) => {
  const { expected } = finding;
  if (finding.fix || typeof expected !== 'number' || !/^\d/.test(text.slice(place.start, place.end)))
    return [];
  return [{ title: `Raise to ${expected}`, range: place, newText: String(expected) }];
};

/** A spelling that every YAML reader understands alike. */
export const writePlainly: Fixer = ({ finding, text, place }) => {
  const word = text.slice(place.start, place.end);
  const isYes = /^(yes|on|y)$/i.test(word);
  if (isYes || /^(no|off|n)$/i.test(word)) {
    const values = [String(isYes), JSON.stringify(word)];
    return values.map((value) => ({ title: `Write ${value}`, range: place, newText: value }));
  }
  const written = /\bWrite (\S+)\.$/.exec(finding.message)?.[1];
  return written === undefined ? [] : [{ title: `Write ${written}`, range: place, newText: written }];
};
