import { InvalidArgumentError } from 'commander';

/** A whole number that is not negative. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/u.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A whole number from 1 up. */
export function countFromOne(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError('It must be 1 or more.');
  return value;
}

/** Any finite number. */
export function plainNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

export function positiveNumber(text: string): number {
  const value = plainNumber(text);
  if (value <= 0) throw new InvalidArgumentError('It must be above zero.');
  return value;
}

/** `i/n`, a part of several, both from 1. */
export function partOfSeveral(text: string): { readonly index: number; readonly count: number } {
  const found = /^(\d{1,6})\/(\d{1,6})$/u.exec(text);
  const [index, count] = [Number(found?.[1]), Number(found?.[2])];
  if (!found || index < 1 || index > count) {
    throw new InvalidArgumentError('It must be i/n with i from 1 to n, such as 2/3.');
  }
  return { index, count };
}

/** A share, from 0 to 1. */
export function shareNumber(text: string): number {
  const value = plainNumber(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('It must lie between 0 and 1.');
  return value;
}
