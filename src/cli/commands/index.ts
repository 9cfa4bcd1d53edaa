import type { Command } from '../command.js';
import { kindNames } from '../kind-names.js';
import { actionRun } from './action/run.js';
import { alertList, alertsCommand } from './alert/list.js';
import { alertResolve, alertShow } from './alert/show.js';
import { notificationDrop, notificationRetry } from './notification/change.js';
import { notificationList } from './notification/list.js';
import { notificationShow } from './notification/show.js';
import { notificationTest } from './notification/test.js';
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
import { dataCreate } from './data/create.js';
import { dataDelete } from './data/delete.js';
import { dataDescribe } from './data/describe.js';
import { dataGet } from './data/get.js';
import { dataList } from './data/list.js';
import { dataMatch } from './data/match.js';
import { dataSchema } from './data/schema.js';
import { dataSearch } from './data/search.js';
import { dataUpdate } from './data/update.js';
import { dataSchemaShow } from './data-schema/show.js';
import { dataSourceSet } from './data-source/set.js';
import { doctor } from './doctor.js';
import { eventDrop, eventRetry } from './event/change.js';
import { eventEmit } from './event/emit.js';
import { eventList } from './event/list.js';
import { eventListen } from './event/listen.js';
import { eventPulls } from './event/pulls.js';
import { eventReplay } from './event/replay.js';
import { eventShow, eventWhy } from './event/show.js';
import {
  subscriptionsPause,
  subscriptionsReset,
  subscriptionsResume,
  subscriptionsShow,
} from './event/subscriptions/change.js';
import { subscriptionsList } from './event/subscriptions/list.js';
import { subscriptionsExport, subscriptionsImport } from './event/subscriptions/transfer.js';
import { webhooksList, webhooksRetry, webhooksShow } from './event/webhooks/list.js';
import { watchCommand } from './watch.js';
import { explain } from './explain.js';
import { fieldMappingSet } from './field-mapping/set.js';
import { fmt } from './fmt.js';
import { flowDisable, flowEnable } from './flow/enable.js';
import { flowGraph } from './flow/graph.js';
import { flowList } from './flow/list.js';
import { flowRun } from './flow/run.js';
import { flowShow } from './flow/show.js';
import { flowTest } from './flow/test.js';
import { flowRunList } from './flow-run/list.js';
import { flowRunLogs } from './flow-run/logs.js';
import { flowRunOutput } from './flow-run/output.js';
import { flowResume, flowRunReplay, flowRunResume, flowRunRetry, flowRunStop } from './flow-run/resume.js';
import { flowRunShow } from './flow-run/show.js';
import { formulaEval } from './formula/eval.js';
import { importOpenApiCommand } from './import/openapi.js';
import { init } from './init.js';
import { instanceCommands } from './instance.js';
import { integrationConfigure } from './integration/configure.js';
import { integrationList } from './integration/list.js';
import { integrationShow } from './integration/show.js';
import { kindCommands } from './kind.js';
import { linkCreate } from './link/create.js';
import { linkDelete } from './link/delete.js';
import { linkExport } from './link/export.js';
import { linkFind } from './link/find.js';
import { linkImport } from './link/import.js';
import { linkList } from './link/list.js';
import { logs } from './logs.js';
import { logsShow } from './logs/show.js';
import { newCommand } from './new.js';
import { request } from './request.js';
import { schema } from './schema.js';
import { tenantCreate } from './tenant/create.js';
import { tenantList } from './tenant/list.js';
import { tenantUse } from './tenant/use.js';
import { testCommand } from './test.js';
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
  importOpenApiCommand,
  actionRun,
  operationRun,
  flowList,
  flowShow,
  flowRun,
  flowTest,
  flowResume,
  flowGraph,
  flowEnable,
  flowDisable,
  flowRunList,
  flowRunShow,
  flowRunLogs,
  flowRunOutput,
  flowRunStop,
  flowRunResume,
  flowRunRetry,
  flowRunReplay,
  dataList,
  dataGet,
  dataSearch,
  dataMatch,
  dataCreate,
  dataUpdate,
  dataDelete,
  dataSchema,
  dataDescribe,
  dataSourceSet,
  ...instanceCommands('data-source'),
  fieldMappingSet,
  ...instanceCommands('field-mapping'),
  dataSchemaShow,
  linkList,
  linkFind,
  linkCreate,
  linkDelete,
  linkImport,
  linkExport,
  watchCommand,
  eventList,
  eventShow,
  eventWhy,
  eventEmit,
  eventListen,
  eventPulls,
  eventRetry,
  eventReplay,
  eventDrop,
  subscriptionsList,
  subscriptionsShow,
  subscriptionsReset,
  subscriptionsPause,
  subscriptionsResume,
  subscriptionsExport,
  subscriptionsImport,
  webhooksList,
  webhooksShow,
  webhooksRetry,
  notificationList,
  notificationShow,
  notificationTest,
  notificationRetry,
  notificationDrop,
  alertsCommand,
  alertList,
  alertShow,
  alertResolve,
  request,
  formulaEval,
  logs,
  logsShow,
  testCommand,
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
