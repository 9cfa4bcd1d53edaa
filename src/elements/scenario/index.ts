import { isObject } from '../../core/json.js';
import type { Kind, Place } from '../../core/kind.js';
import { defineKind } from '../define-kind.js';
import { choice, list, object, text } from '../schema-parts.js';

/** The kind of scenarios over elements of `kinds`. Their types are the kinds' names, or those that exports use. */
export function defineScenario(kinds: readonly Kind[]): Kind {
  const kindOf = new Map(
    kinds
      .filter((kind) => kind.owner === undefined)
      .flatMap((kind) =>
        [kind.name, ...(kind.aliases ?? []).filter(isDashed).map(singular)].map((name) => [name, kind.name]),
      ),
  );
  return defineKind({
    name: 'scenario',
    folder: 'scenarios',
    summary: 'Groups the elements that solve one task end to end.',
    fields: {
      elements: list(
        object('One element.', { type: choice([...kindOf.keys()], 'Its kind.'), key: text('Its key.') }, [
          'type',
          'key',
        ]),
        'The elements.',
      ),
    },
    places(value) {
      const elements = Array.isArray(value['elements']) ? value['elements'] : [];
      return elements.flatMap((element, index): Place[] => {
        const type = isObject(element) ? element['type'] : undefined;
        const kind = typeof type === 'string' ? kindOf.get(type) : undefined;
        const plain = isObject(element) && typeof element['key'] === 'string';
        return kind === undefined || !plain ? [] : [{ at: ['elements', index, 'key'], holds: 'ref', kind }];
      });
    },
    examples: [
      {
        title: 'Contacts, both ways',
        yaml: `name: Sync contacts
description: Contacts of your app and of the CRM stay the same
elements:
  - type: data-source
    key: contacts
  - type: field-mapping
    key: contacts
  - type: flow
    key: receive-contacts
`,
      },
    ],
  });
}

/** Folders in camelCase are older than scenarios. */
function isDashed(folder: string): boolean {
  return folder === folder.toLowerCase();
}

function singular(folder: string): string {
  return folder.replace(/s$/, '');
}
