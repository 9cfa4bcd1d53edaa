import { diagnostic } from '../../core/diagnostic.js';
import { valueAt, type JsonPath } from '../../core/json.js';
import type { Validate } from '../../core/schema.js';
import type { Collection } from './collection.js';
import { fieldOf } from './functions-of-collection.js';
import type { DataRecord } from './record.js';

/** What was odd about the records of one list: each is said, but a thousand times the same is only counted. */
export interface Misfits {
  /** Says what is wrong with the fields of a record. */
  look(record: DataRecord, validate: Validate): void;
  /** A record without an id; `place` says which: "the 3rd record of the page". */
  withoutId(place: string): void;
  /** Says how many there were more than were said. */
  end(): void;
}

const said = 10;

export function misfitsOf(collection: Collection): Misfits {
  let count = 0;
  const { ctx, key, source } = collection;
  const warn = (code: 'record/invalid' | 'record/no-id', message: string, at: JsonPath) => {
    count += 1;
    if (count > said) return;
    const declared = fieldOf(source, 'fieldsSchema')?.element ?? source.element;
    const element = code === 'record/invalid' ? declared : source.element;
    ctx.warn(diagnostic(code, message, element.locate(at, 'key'), { ref: `data-collection/${key}` }));
  };
  return {
    look({ id, fields }, validate) {
      const { problems } = validate(fields);
      if (problems.length === 0) return;
      // what an API leaves empty is null, whatever it would be otherwise
      const wrong = problems.filter(({ path }) => path.length === 0 || valueAt(fields, path) !== null);
      if (wrong.length === 0) return;
      const what = wrong.slice(0, 3).map(({ message }) => message);
      const more = wrong.length > 3 ? `; and ${wrong.length - 3} more` : '';
      warn('record/invalid', `the record "${id}" of "${key}" does not fit: ${what.join('; ')}${more}`, [
        'fieldsSchema',
      ]);
    },
    withoutId: (place) => warn('record/no-id', `${place} of "${key}" has no id`, []),
    end() {
      if (count <= said) return;
      const more = `${(count - said).toLocaleString('en')} more records of "${key}" do not fit`;
      count = 0;
      ctx.warn(
        diagnostic('record/invalid', more, source.element.locate([]), { ref: `data-collection/${key}` }),
      );
    },
  };
}
