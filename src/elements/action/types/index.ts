import type { JsonObject } from '../../../core/json.js';
import type { ActionType } from '../action-type.js';
import { apiRequestToExternalApp } from './api-request-to-external-app.js';
import { apiRequestToYourApp } from './api-request-to-your-app.js';
import { connectorOperation } from './connector-operation.js';
import { createDataRecord } from './create-data-record.js';
import { deleteDataRecord } from './delete-data-record.js';
import { findDataRecordById } from './find-data-record-by-id.js';
import { findOrCreateDataRecord } from './find-or-create-data-record.js';
import { httpRequest } from './http-request.js';
import { listDataRecords } from './list-data-records.js';
import { matchDataRecord } from './match-data-record.js';
import { runJavascript } from './run-javascript.js';
import { searchDataRecord } from './search-data-record.js';
import { updateDataRecord } from './update-data-record.js';

/** Every type of action. */
export const actionTypes: readonly ActionType[] = [
  apiRequestToExternalApp,
  httpRequest,
  apiRequestToYourApp,
  listDataRecords,
  findDataRecordById,
  matchDataRecord,
  searchDataRecord,
  createDataRecord,
  updateDataRecord,
  deleteDataRecord,
  findOrCreateDataRecord,
  connectorOperation,
  runJavascript,
];

/** The type of an action. */
export function actionType(value: JsonObject): ActionType | undefined {
  return actionTypes.find((candidate) => candidate.name === value['type']);
}
