import { andFormula, orFormula } from './and-or.js';
import { caseFormula } from './case.js';
import { concatFormula } from './concat.js';
import { copyFormula } from './copy.js';
import { dataSchemaRefFormula } from './data-schema-ref.js';
import { domainFromEmailFormula } from './domain-from-email.js';
import { evalFormula } from './eval.js';
import { extractDateFormula, extractTimeFormula } from './extract-date-time.js';
import { findAppRecordIdFormula, findExternalRecordIdFormula } from './find-record-id.js';
import { firstNotEmptyFormula } from './first-not-empty.js';
import { formulaFormula } from './formula-formula.js';
import type { Formula } from './formula.js';
import { iterateFormula } from './iterate.js';
import { jsonataFormula } from './jsonata.js';
import { lookupFormula } from './lookup.js';
import { mapFormula } from './map.js';
import { mergeObjectsFormula } from './merge-objects.js';
import { firstNameFormula, lastNameFormula } from './names.js';
import { plainFormula } from './plain.js';
import { recordFormula } from './record.js';
import { tplFormula } from './tpl.js';
import { varFormula } from './var.js';

/** Every formula, in the order of the docs. */
const list: readonly Formula[] = [
  varFormula,
  concatFormula,
  tplFormula,
  firstNotEmptyFormula,
  mergeObjectsFormula,
  evalFormula,
  andFormula,
  orFormula,
  caseFormula,
  mapFormula,
  iterateFormula,
  firstNameFormula,
  lastNameFormula,
  domainFromEmailFormula,
  extractDateFormula,
  extractTimeFormula,
  copyFormula,
  jsonataFormula,
  lookupFormula,
  findExternalRecordIdFormula,
  findAppRecordIdFormula,
  dataSchemaRefFormula,
  recordFormula,
  plainFormula,
  formulaFormula,
];

/** The registry: formulas by name. */
export const formulas: ReadonlyMap<string, Formula> = new Map(list.map((formula) => [formula.name, formula]));
