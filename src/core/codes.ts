export type Severity = 'error' | 'warning' | 'info';

/** What the exit code of a command says when an error with this code ends it. */
export type Exit = 1 | 2 | 3 | 4;

export interface CodeFacts {
  /** How bad it is as a diagnostic of the project. */
  readonly severity: Severity;
  /** The exit code of a command that ends with it. Diagnostics of the project are 3. */
  readonly exit: Exit;
  readonly summary: string;
}

const error = (summary: string, exit: Exit = 3): CodeFacts => ({ severity: 'error', exit, summary });
const warning = (summary: string): CodeFacts => ({ severity: 'warning', exit: 3, summary });
const info = (summary: string): CodeFacts => ({ severity: 'info', exit: 3, summary });

/** Every code of a diagnostic or an error. A code is stable: it is never renamed or used for something else. */
export const codes = {
  // the project and its files
  'project/not-found': error('no membrane.yaml here or in a folder above'),
  'project/exists': error('the folder already holds what would be written', 2),
  'project/package': error('a package cannot be found or is wrong'),
  'project/errors': error('the project has errors'),
  'project/empty': info('the project has no elements yet'),
  'config/variable': error('an environment variable that membrane.yaml names is not set'),
  'config/secret': error('a secret of membrane.yaml cannot be used'),
  'file/unreadable': error('a file or folder cannot be read'),
  'file/too-large': error('a file is larger than any element should be'),
  'file/binary': error('a file is no text'),
  'file/unknown': warning('a file or folder that no kind claims'),
  'yaml/syntax': error('the file is no valid YAML'),
  'yaml/duplicate-key': error('a key is given twice'),
  'yaml/alias': error('an alias goes nowhere, or expands too far'),
  'yaml/tag': error('YAML tags are not allowed'),

  // elements
  'element/duplicate': error('two files define the same element'),
  'element/key': error('the key in the file and its path disagree'),
  'element/not-object': error('the file does not hold an object'),
  'schema/unknown-field': error('a field that the kind does not have'),
  'schema/missing-field': error('a field that must be given is missing'),
  'schema/type': error('a value of the wrong type'),
  'schema/value': error('a value that is not allowed here'),
  'schema/invalid': error('a data schema is no valid JSON Schema'),
  'export/unknown-field': info('an unknown field in a file of an export'),
  'export/connector': info('the connector of an exported integration is not here'),
  'layer/input-schema': warning('a lower layer changes the input schema of an action'),
  'ref/not-found': error('a reference to something that is not there'),
  'function/file': error('the file of a function is missing, unknown or given twice'),
  'openapi/version': error('an OpenAPI document of no version that is known'),
  'openapi/invalid': warning('an OpenAPI document is not as its specification wants it'),
  'openapi/ref': warning('a reference in an OpenAPI document leads nowhere'),
  'openapi/operation': warning('an operation of an OpenAPI document can be used in part only'),
  'element/incomplete': warning('fields are missing without which this cannot run'),
  'flow/cycle': error('links of a flow form a circle'),
  'flow/unreachable': warning('a node that no trigger reaches'),
  'flow/no-trigger': warning('a flow that nothing can start'),
  'flow/link': error('a link that leads into a trigger'),
  'flow/for-each': error('a for-each node without a root node'),
  'element/deprecated': warning('an older name that still works'),
  'ignore/no-reason': warning('a comment that ignores a finding does not say why'),
  'ignore/unused': warning('a comment ignores a finding that is not there'),
  'ignore/unknown': warning('a comment ignores a code that does not exist'),

  // formulas
  'formula/unknown': error('an unknown formula'),
  'formula/plain': warning('an object with a $ key that is no formula'),
  'formula/shape': error('the argument of a formula has the wrong shape'),
  'formula/operator': error('an unknown, missing or second operator'),
  'formula/jsonata': error('a JSONata expression that does not parse or fails'),
  'formula/depth': error('a formula nested too deeply'),
  'formula/time': error('a formula ran for too long', 1),
  'formula/port': error('a formula needs something that is not available here', 1),

  // types: what formulas read, and what values become
  'type/unknown-property': error('a property that the value does not have'),
  'type/undeclared-property': warning('a property that the schema of the value does not name'),
  'type/not-a-list': error('an item of what is no list'),
  'type/not-an-object': error('a property of what is no object'),
  'type/mismatch': error('a value that can never fit where it goes'),
  'type/unknown-field': error('a field that the target does not have'),
  'type/undeclared-field': warning('a field that is near one of the target, which has none of its name'),
  'type/required-missing': warning('a field that the target requires is never given'),
  'type/operator': error('an operator that makes no sense for the value'),
  'type/enum': error('a comparison with a value that can never be there'),
  'type/always': warning('a condition that is always true or always false'),

  // using the tool
  'usage/command': error('an unknown command or option', 2),
  'usage/argument': error('an argument is missing or wrong', 2),
  'usage/json': error('an argument is no valid JSON', 2),
  'usage/ambiguous': error('several things fit and nobody can be asked', 2),
  'usage/file': error('a file that was named cannot be used', 2),
  'output/failed': error('the output cannot be written', 1),
  'input/invalid': error('the input does not fit the schema', 2),
  'element/not-found': error('no such element', 2),
  'element/off': error('the element is deactivated', 2),

  // running
  'run/failed': error('a run failed', 1),
  'run/timeout': error('a run took longer than its limit', 1),
  'run/unsupported': error('this element cannot be run', 1),
  'flow/shadow': warning('a node whose key hides a field of the input'),
  'flow/start': error('a run of a flow cannot start like this', 2),
  'flow/busy': error('another process works on the run', 1),
  'flow/ended': error('the run is in a state in which this cannot be done', 2),
  'flow/interrupted': error('a request was cut off, and must not be sent again unasked', 1),
  'flow/output-size': error('an output is longer than the limit', 1),
  'flow/changed': error('the flow is not what it was when the run started', 1),
  'function/failed': error('a function of a connector gave something unusable', 1),
  'javascript/syntax': error('code cannot be read'),
  'javascript/export': error('code exports no function', 1),
  'javascript/error': error('code threw an error', 1),
  'javascript/timeout': error('code computed for too long', 1),
  'javascript/memory': error('code needs more memory than it may have', 1),
  'javascript/stack': error('code calls itself too deeply', 1),
  'javascript/stuck': error('code waits for what cannot come', 1),
  'javascript/result': error('code gave what cannot be used', 1),
  'javascript/host': error('code asked a host that it may not reach', 1),
  'output/invalid': warning('an output does not fit its schema'),
  'schema/outdated': warning('your app could not be asked for a data schema'),
  'link/invalid': error('a data link lacks an id, or has one that cannot be used', 2),
  'link/not-found': error('no such data link', 1),

  // records
  'record/invalid': warning('a record does not fit the fields of its collection'),
  'record/no-id': warning('a record without an id'),
  'record/not-found': error('no record of this id, or with these values', 1),
  'record/no-model': warning('a connector maps no collection to a universal data model'),

  // tests and tapes
  'test/failed': error('a test failed', 1),
  'test/element': error('a test is of an element that cannot be run'),
  'tape/request': error('a request is sent that is not on the tape', 1),
  'tape/missing': warning('a tape that a test names is not there yet'),
  'tape/failed': error('a run failed while it was recorded', 1),
  'tape/secret': error('a tape would hold a secret', 1),

  // connections and secrets
  'connection/missing': error('no connection', 4),
  'connection/exists': error('a connection with this key exists', 2),
  'connection/unknown': error('no such connection', 4),
  'connection/disconnected': error('the connection must be connected again', 4),
  'connection/revoke': error('the grant of a connection could not be ended', 4),
  'connection/test': error('the test request of the connection failed', 4),
  'auth/rejected': error('the API does not accept the credentials', 4),
  'auth/invalid-grant': error('the grant behind the credentials has ended', 4),
  'auth/refresh-lost': error('new tokens were issued, and lost before they could be stored', 4),
  'auth/server': error('the authorization server did not answer usably', 4),
  'auth/client': error('the authorization server does not accept the client', 4),
  'auth/denied': error('the user, or the authorization server, said no', 4),
  'auth/callback': error('the answer of the authorization server cannot be used', 4),
  'auth/timeout': error('nobody gave consent in time', 4),
  'auth/port': error('the port of the redirect URI is taken', 4),
  'auth/config': error('the OAuth settings of a connector are incomplete or wrong', 4),
  'auth/unsupported': error('an authentication type that cannot be used yet', 4),
  'integration/parameters': error('parameters that a connector needs are missing', 2),
  'secrets/unavailable': error('the secret store does not answer', 4),
  'secrets/locked': error('the secret store is locked', 4),
  'secrets/read-only': error('the secret store is read only', 4),
  'secrets/corrupt': error('a stored secret cannot be read', 4),
  'secrets/clash': error('two secrets have the same variable name', 4),
  'tenant/unknown': error('no such tenant', 2),
  'tenant/exists': error('the tenant exists', 2),

  // requests
  'http/unreachable': error('the server cannot be reached', 1),
  'http/tls': error('the TLS connection failed', 1),
  'http/timeout': error('the server did not answer in time', 1),
  'http/too-large': error('the response is larger than the limit', 1),
  'http/not-json': error('the response is no valid JSON', 1),
  'http/status': error('the API answered with an error', 1),
  'http/rate-limit': error('the API asks to slow down', 1),
  'http/redirect': error('too many redirects, or one that cannot be followed', 1),
  'http/request': error('the request cannot be made', 1),
  'request/relative': error('an address is not absolute, and nothing says what it is relative to'),
  'request/path-parameter': error('nothing is given for a part of the path of a request'),
  'http/pagination': error('a list cannot be followed to its end', 1),

  // files that requests bring in and send
  'files/not-found': error('no such stored file', 1),
  'files/too-large': error('a file is larger than the limit', 1),
  'files/corrupt': error('the bytes of a stored file are not those that were stored', 1),
  'files/disk-full': error('the disk has no room for a file', 1),

  // events
  'schedule/invalid': error('a schedule that cannot be understood', 3),
  'event/unknown': error('no such event', 2),
  'notification/unknown': error('no such notification', 2),
  'alert/unknown': error('no such alert', 2),
  'webhook/unknown': error('no such webhook', 2),
  'webhook/malformed': error('a webhook whose body is not what it says', 1),
  'webhook/over': error('a webhook that is for nobody any more', 1),
  'webhook/signature': error('the secret of a signature is not known', 1),
  'webhook/port': error('the port for webhooks cannot be had', 1),

  // state
  'store/unavailable': error('the state database cannot be opened', 1),
  'store/busy': error('another process holds the lock', 1),
  'store/fence': error('the lock was lost to another process', 1),
  'store/corrupt': error('a state file cannot be read', 1),
  'store/read-only': error('the state folder cannot be written', 1),
} as const satisfies Record<string, CodeFacts>;

export type Code = keyof typeof codes;
