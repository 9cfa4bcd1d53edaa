import type { OpenApiDocument } from './openapi-document.js';
import type { DocumentProblem } from './openapi-references.js';

interface Fault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/**
 * What is wrong with a document by the schema of its version. One fault at most: a slip in a document of a megabyte is
 * often made a hundred times.
 */
export async function checkDocument({ file, value }: OpenApiDocument): Promise<DocumentProblem[]> {
  const { Validator } = await import('@seriousme/openapi-schema-validator');
  const { errors } = await new Validator().validate(value);
  // a text is about references, which are followed here with their places
  if (!Array.isArray(errors)) return [];
  const fault = worst(errors as readonly Fault[]);
  return fault === undefined ? [] : [{ ...describe(fault), file }];
}

/** Where several alternatives failed, that which came furthest is meant, and says most. */
function worst(faults: readonly Fault[]): Fault | undefined {
  const depth = ({ instancePath }: Fault) => instancePath.split('/').length;
  const telling = faults.filter(({ keyword }) => !['oneOf', 'anyOf', 'if', 'allOf'].includes(keyword));
  const isReference = ({ params }: Fault) => params?.['missingProperty'] === '$ref';
  const named = telling.filter((fault) => !isReference(fault));
  return [named, telling, faults]
    .find((list) => list.length > 0)
    ?.reduce((best, fault) => (depth(fault) > depth(best) ? fault : best));
}

function describe({
  instancePath,
  keyword,
  message = 'it is wrong',
  params,
}: Fault): Omit<DocumentProblem, 'file'> {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const code = 'openapi/invalid';
  const help = 'what can be read of the document is used all the same';
  const extra = params?.['additionalProperty'] ?? params?.['unevaluatedProperty'];
  if (typeof extra === 'string') {
    return { code, message: `unknown field "${extra}"`, path: [...path, extra], target: 'key', help };
  }
  const missing = params?.['missingProperty'];
  if (keyword === 'required' && typeof missing === 'string') {
    return { code, message: `"${missing}" is missing`, path, target: 'key', help };
  }
  const name = path.at(-1);
  return { code, message: `${name === undefined ? 'the document' : `"${name}"`} ${message}`, path, help };
}
