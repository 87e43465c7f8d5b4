import type { Fixer } from './fix-context.ts';

/** The provider that reads a file of the user's own, for one that would have to download. */
export const useLocalData: Fixer = ({ finding, place, text }) => {
  const { actual } = finding;
  if (typeof actual !== 'string' || !text.slice(place.start, place.end).includes(actual)) return [];
  const newText = actual === 'hf_seq2seq' ? 'local_jsonl_pairs' : 'local_jsonl';
  return [{ title: `Use ${newText}`, range: place, newText }];
};
