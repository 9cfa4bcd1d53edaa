import type { Command } from '../command.js';
import { kindNames } from '../kind-names.js';
import { actionRun } from './action/run.js';
import { complete } from './complete.js';
import { completion } from './completion.js';
import { connect } from './connect.js';
import { connectionDelete } from './connection/delete.js';
import { connectionList } from './connection/list.js';
import { connectionShow } from './connection/show.js';
import { connectionTest } from './connection/test.js';
import { doctor } from './doctor.js';
import { formulaEval } from './formula/eval.js';
import { init } from './init.js';
import { kindCommands } from './kind.js';
import { logs } from './logs.js';
import { logsShow } from './logs/show.js';
import { newCommand } from './new.js';
import { request } from './request.js';
import { tenantCreate } from './tenant/create.js';
import { tenantList } from './tenant/list.js';
import { tenantUse } from './tenant/use.js';
import { validate } from './validate.js';

/** Every command, in the order of `--help`. */
export const commands: readonly Command[] = [
  init,
  newCommand,
  validate,
  connect,
  connectionList,
  connectionShow,
  connectionTest,
  connectionDelete,
  actionRun,
  request,
  formulaEval,
  logs,
  logsShow,
  doctor,
  tenantList,
  tenantCreate,
  tenantUse,
  ...kindNames.flatMap(kindCommands),
  completion,
  complete,
];
