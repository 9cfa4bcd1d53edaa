import type { FormulaEnv, RecordIdRequest } from '../core/formula-env.js';
import { isObject } from '../core/json.js';
import { kind } from '../core/type-kinds.js';
import { perhaps } from '../core/type.js';
import { checkKinds } from './argument-kinds.js';
import { defineFormula, type Formula } from './formula.js';
import { afterAsync } from './node.js';
import { textOf } from './text.js';

export const findExternalRecordIdFormula = findFormula(
  '$findExternalRecordId',
  'The id of the record of the external app that is linked to a record of your app.',
  (env) => env.findExternalRecordId,
);

export const findAppRecordIdFormula = findFormula(
  '$findAppRecordId',
  'The id of the record of your app that is linked to a record of the external app.',
  (env) => env.findAppRecordId,
);

type Find = (link: RecordIdRequest) => unknown;

function findFormula(name: string, summary: string, port: (env: FormulaEnv) => Find | undefined): Formula {
  const find: Find = ({ dataLinkTable, recordId }) =>
    dataLinkTable === 'users' && recordId === '7' ? 'u-7' : undefined;
  return defineFormula({
    name,
    summary: `${summary} Undefined where there is no link.`,
    schema: {
      type: 'object',
      properties: {
        dataLinkTable: {
          type: 'object',
          properties: { key: { type: 'string', minLength: 1 } },
          required: ['key'],
          literal: true,
        },
        recordId: { type: ['string', 'number', 'null'] },
      },
      required: ['dataLinkTable', 'recordId'],
      additionalProperties: false,
      literal: true,
    },
    examples: [
      {
        title: 'through a table of links',
        formula: { [name]: { dataLinkTable: { key: 'users' }, recordId: { $var: 'owner.id' } } },
        variables: { owner: { id: 7 } },
        env: { findExternalRecordId: find as never, findAppRecordId: find as never },
        result: 'u-7',
      },
    ],
    compile(argument, scope) {
      return afterAsync(scope.compile(argument), (request, env) => {
        const table = isObject(request) ? request['dataLinkTable'] : undefined;
        const recordId = isObject(request) ? request['recordId'] : undefined;
        const key = isObject(table) ? table['key'] : undefined;
        if ((typeof recordId !== 'string' && typeof recordId !== 'number') || typeof key !== 'string')
          return undefined;
        const ask = port(env);
        if (ask === undefined) {
          throw scope.error(
            'formula/port',
            `"${name}" needs the data link table "${key}", which is not available here`,
            {
              hint: 'it works in field mappings, actions and flows that run for a connection',
            },
          );
        }
        return ask({ dataLinkTable: key, recordId: textOf(recordId) });
      });
    },
    type(argument, scope) {
      const { dataLinkTable, recordId } = argument as { dataLinkTable: { key: unknown }; recordId: unknown };
      const { key } = dataLinkTable;
      if (typeof key !== 'string') scope.typeOf(key, 'dataLinkTable', 'key');
      else if (scope.hasDataLinkTable(key) === false) {
        const help = `create data-link-tables/${key}.yaml`;
        const at = [name, 'dataLinkTable', 'key'];
        scope.report({ code: 'ref/not-found', message: `no data link table "${key}"`, help, at });
      }
      const type = scope.typeOf(recordId, 'recordId');
      checkKinds(scope, `"recordId" of "${name}"`, type, kind.text | kind.number, recordId, 'recordId');
      return perhaps({ type: ['string', 'number'] });
    },
  });
}
