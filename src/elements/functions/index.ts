import type { FunctionType } from '../../core/function.js';
import { graphqlApiMapping } from './graphql-api-mapping.js';
import { javascript } from './javascript.js';
import { mapping } from './mapping.js';
import { notSupported } from './not-supported.js';
import { operationMapping } from './operation-mapping.js';
import { restApiMapping } from './rest-api-mapping.js';

/** Every sort of function. */
export const functionTypes: readonly FunctionType[] = [
  mapping,
  restApiMapping,
  graphqlApiMapping,
  operationMapping,
  javascript,
  notSupported,
];
