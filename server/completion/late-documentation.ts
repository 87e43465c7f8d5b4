import type { CompletionItem } from 'vscode-languageserver';

/** Keeps the documentation of the latest list back until an item is looked at; a list of keys is long. */
export interface LateDocumentation {
  hold(items: readonly CompletionItem[]): CompletionItem[];
  resolve(item: CompletionItem): CompletionItem;
}

export function lateDocumentation(): LateDocumentation {
  let list = 0;
  let held: CompletionItem['documentation'][] = [];
  return {
    hold(items) {
      list += 1;
      held = items.map(({ documentation }) => documentation);
      return items.map(({ documentation: _, ...item }, index) => ({ ...item, data: { list, index } }));
    },
    resolve(item) {
      const data: unknown = item.data;
      if (typeof data !== 'object' || data === null || !('list' in data) || !('index' in data)) return item;
      const documentation = data.list === list ? held[Number(data.index)] : undefined;
      return documentation ? { ...item, documentation } : item;
    },
  };
}
