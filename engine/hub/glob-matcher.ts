/**
 * A pattern of a card as a question about names: `*` and `?` stay in their folder, a whole step `**` stands for any folders,
 * `[ab]`, `[a-c]` and `[!ab]` for one character. Takes no longer than name times pattern, whatever somebody wrote: a regular
 * expression could be made to take for ever.
 *
 * @example globMatcher('data/*.parquet')('data/train.parquet') // true
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  const steps = pattern.split('/').map((step) => (step === '**' ? anything : matcherOfStep(step)));
  return (name) => matches(name.split('/'), steps);
}

/** Stands for any number of elements. */
const anything = Symbol('anything');

type Test<T> = ((element: T) => boolean) | typeof anything;

/** Goes on from the last `anything` when it comes to nothing: earlier ones need not be tried again. */
function matches<T>(elements: readonly T[], tests: readonly Test<T>[]): boolean {
  let test = 0;
  let element = 0;
  let again: { test: number; element: number } | undefined;
  while (element < elements.length) {
    const current = tests[test];
    if (current === anything) {
      again = { test, element };
      test += 1;
    } else if (current?.(elements[element] as T)) {
      test += 1;
      element += 1;
    } else if (again) {
      again.element += 1;
      test = again.test + 1;
      element = again.element;
    } else return false;
  }
  return tests.slice(test).every((rest) => rest === anything);
}

function matcherOfStep(step: string): (name: string) => boolean {
  const tests: Test<string>[] = [];
  const characters = [...step];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at];
    const end = character === '[' ? characters.indexOf(']', at + 2) : -1;
    if (character === '*') tests.push(anything);
    else if (character === '?') tests.push(() => true);
    else if (end > 0) {
      tests.push(oneOf(characters.slice(at + 1, end)));
      at = end;
    } else tests.push((one) => one === character);
  }
  return (name) => matches([...name], tests);
}

/** The members of a class: `a-c`, or characters; `!` in front means all others. */
function oneOf(members: readonly string[]): (character: string) => boolean {
  const isNegated = members[0] === '!';
  const listed = isNegated ? members.slice(1) : members;
  return (character) => {
    for (let at = 0; at < listed.length; at += 1) {
      const first = listed[at] ?? '';
      const last = listed[at + 1] === '-' ? listed[at + 2] : undefined;
      if (last !== undefined) at += 2;
      if (first <= character && character <= (last ?? first)) return !isNegated;
    }
    return isNegated;
  };
}
