import type { Command } from '../command.js';
import { kindNames } from '../kind-names.js';
import { actionRun } from './action/run.js';
import { operationRun } from './operation/run.js';
import { complete } from './complete.js';
import { completion } from './completion.js';
import { connect } from './connect.js';
import { connectorTemplatesCommand } from './connector/templates.js';
import { connectionDelete } from './connection/delete.js';
import { connectionExport } from './connection/export.js';
import { connectionImport } from './connection/import.js';
import { connectionList } from './connection/list.js';
import { connectionReconnect } from './connection/reconnect.js';
import { connectionRefresh } from './connection/refresh.js';
import { connectionRename } from './connection/rename.js';
import { connectionShow } from './connection/show.js';
import { connectionTest } from './connection/test.js';
import { doctor } from './doctor.js';
import { explain } from './explain.js';
import { fmt } from './fmt.js';
import { formulaEval } from './formula/eval.js';
import { init } from './init.js';
import { integrationConfigure } from './integration/configure.js';
import { integrationList } from './integration/list.js';
import { integrationShow } from './integration/show.js';
import { kindCommands } from './kind.js';
import { logs } from './logs.js';
import { logsShow } from './logs/show.js';
import { newCommand } from './new.js';
import { request } from './request.js';
import { schema } from './schema.js';
import { tenantCreate } from './tenant/create.js';
import { tenantList } from './tenant/list.js';
import { tenantUse } from './tenant/use.js';
import { udmList } from './udm/list.js';
import { udmShow } from './udm/show.js';
import { validate } from './validate.js';

/** Every command but those that all kinds have, in the order of `--help`. */
const own: readonly Command[] = [
  init,
  newCommand,
  validate,
  explain,
  fmt,
  connect,
  connectionList,
  connectionShow,
  connectionTest,
  connectionRefresh,
  connectionReconnect,
  connectionRename,
  connectionDelete,
  connectionExport,
  connectionImport,
  integrationList,
  integrationShow,
  integrationConfigure,
  connectorTemplatesCommand,
  actionRun,
  operationRun,
  request,
  formulaEval,
  logs,
  logsShow,
  doctor,
  schema,
  tenantList,
  tenantCreate,
  tenantUse,
  udmList,
  udmShow,
];

/** A kind may have a `list` or a `show` of its own, that says more. */
const ofKinds = kindNames
  .flatMap(kindCommands)
  .filter((command) => !own.some(({ path }) => path === command.path));

/** Every command, in the order of `--help`. */
export const commands: readonly Command[] = [...own, ...ofKinds, completion, complete];
