/**
 * Fields that a Membrane server writes into its exports. They describe the server's copy of an element, not
 * the element, and are kept out of the model. `isDeactivated` is not among them: it has a meaning here too.
 */
export const serverFields: ReadonlySet<string> = new Set([
  'id',
  'uuid',
  'state',
  'errors',
  'createdAt',
  'updatedAt',
  'archivedAt',
  'isCustomized',
  'customized',
  'isUniversal',
  'isPublic',
  'dependencies',
  'agentSessionId',
  'workspaceId',
  'tenantId',
  'userId',
  'parentId',
  'parentUuid',
  'parentKey',
  'revision',
  'integrationId',
  'integrationUuid',
  'integration',
  'connectionId',
  'connectionUuid',
  'connection',
  'connectorId',
  'connectorUuid',
  'connector',
  'dataSourceId',
  'flowId',
  'externalAppId',
  'externalAppUuid',
  'externalAppKey',
  'appUuid',
  'globalWebhookUri',
]);

/** `universalFlowId`, `universalFlowRevision`, `parentRevision`, … */
const ofEveryKind = /^universal[A-Z]|Revision$/;

/** `hasOperations`, `operationsCount`, … */
const ofIntegrations = /^has[A-Z]|Count$|^authType$|^baseUri$/;

/** Whether a top-level field of an element is one of the server's. A kind may know more of its own. */
export function isServerField(name: string, kind: string): boolean {
  return (
    serverFields.has(name) || ofEveryKind.test(name) || (kind === 'integration' && ofIntegrations.test(name))
  );
}

/** The same as a regular expression in JSON Schema, for a kind with these further fields. */
export function serverFieldPattern(kind: string, more: readonly string[] = []): string {
  const names = `^(${[...serverFields, ...more].join('|')})$`;
  return [names, ofEveryKind.source, ...(kind === 'integration' ? [ofIntegrations.source] : [])].join('|');
}
