import { element } from './dom.ts';
import { section } from './section.ts';

interface ProvenanceGroup {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
}

/** Where the numbers come from, folded away until somebody asks. */
export function provenanceSection(groups: readonly ProvenanceGroup[]): HTMLElement | undefined {
  if (groups.length === 0) return undefined;
  return section('provenance', 'Provenance', ...groups.map(group));
}

function group({ title, rows }: ProvenanceGroup): HTMLElement {
  return element(
    'details',
    { id: `provenance-${title}` },
    element('summary', {}, title),
    element(
      'dl',
      { class: 'pairs' },
      ...rows.flatMap(({ label, value }) => [element('dt', {}, label), element('dd', {}, value)]),
    ),
  );
}
