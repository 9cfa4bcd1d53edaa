import { diagnostic, type Diagnostic } from '../core/diagnostic.js';
import { isObject, type JsonPath } from '../core/json.js';
import { didYouMean } from '../core/nearest.js';
import { udmKeys, udmSchema } from '../core/udm.js';
import type { LoadedProject } from './project.js';
import type { Problem } from './places.js';

/** A universal data model that is not known: an error where it must be misspelt, else it may be one to come. */
export function checkModel(key: string, path: JsonPath): Problem[] {
  if (udmSchema(key) !== undefined) return [];
  const near = didYouMean(key, udmKeys());
  return [
    {
      code: 'ref/not-found',
      message: `no universal data model "${key}"`,
      path,
      help: near ?? 'see them with "membrane udm list"',
      severity: near === undefined ? 'warning' : 'error',
    },
  ];
}

/** The models that connectors map their collections to, in `udm.yml` of their folder. */
export function checkModelFiles(project: LoadedProject): Diagnostic[] {
  return project.list('connector').flatMap((connector) => {
    const { udm } = connector.value;
    if (!isObject(udm)) return [];
    const problems = Object.keys(udm).flatMap((key) => checkModel(key, ['udm', key]));
    return problems.map(({ code, message, path, help, severity }) =>
      diagnostic(code, message, project.locate(connector, path, 'key'), { help, severity }),
    );
  });
}
