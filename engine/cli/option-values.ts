import { InvalidArgumentError } from 'commander';

/** A whole number that is not negative. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/u.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
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
