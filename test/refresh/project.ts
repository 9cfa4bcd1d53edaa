import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { timeIds } from '../../src/adapters/ids-time.js';
import { systemClock } from '../../src/adapters/clock-system.js';
import { alone } from '../../src/engine/connection-lock.js';
import {
  readSecrets,
  recordOf,
  storeSecrets,
  type StoredSecrets,
} from '../../src/engine/connection-secrets.js';
import type { Connection } from '../../src/core/connection.js';
import { openWiring, type Wiring } from '../../src/wiring.js';
import type { RotatingProvider } from './provider.js';

export const env = { MEMBRANE_SECRETS: 'file' };

/** A project in a folder of its own, with a connector for the provider and its API. */
export function makeProject({ url }: RotatingProvider): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'membrane-refresh-')));
  mkdirSync(path.join(root, 'connectors/crm'), { recursive: true });
  writeFileSync(path.join(root, 'membrane.yaml'), '');
  writeFileSync(
    path.join(root, 'connectors/crm/spec.yaml'),
    `name: CRM
auth:
  type: oauth2
  getOAuthConfig:
    type: mapping
    mapping: {clientId: app, clientSecret: app-secret, clientAuthLocation: headers, tokenUri: '${url}/token'}
  makeApiClient:
    type: mapping
    mapping:
      baseUri: ${url}/api
      headers: {authorization: {$tpl: {template: 'Bearer {token}', values: {token: {$var: credentials.access_token}}}}}
`,
  );
  return root;
}

/** The suite's own hands in the project: it connects accounts, and looks at what is stored. */
export interface Hands {
  /** Connects an account, or connects it again; as `membrane connect` does after a person has agreed. */
  connect(account: string): Promise<void>;
  record(account: string): Promise<Connection | undefined>;
  secrets(account: string): Promise<StoredSecrets | undefined>;
  close: Wiring['close'];
}

export async function openProject(root: string, provider: RotatingProvider): Promise<Hands> {
  const { engine, close } = await openWiring({ cwd: root, env });
  const { connections } = engine.ports;
  const ids = timeIds(systemClock);
  const find = (account: string) => connections.get('local', account);
  return {
    async connect(account) {
      const existing = await find(account);
      const { expiresAt, ...credentials } = await provider.grant(account);
      const id = existing?.id ?? ids.next();
      await alone(engine, id, async () => {
        const place = { id, tenantKey: 'local', secrets: 'file' };
        const secrets = await storeSecrets(engine, place, { credentials, parameters: {}, expiresAt });
        const now = Date.now();
        const record = { ...place, key: account, name: account, integrationKey: 'crm', createdAt: now };
        const state = { updatedAt: now, state: 'READY', disconnected: false, ...recordOf(secrets) } as const;
        if (existing === undefined) await connections.create({ ...record, ...state } as Connection);
        else await connections.update('local', id, { ...state, error: undefined });
      });
    },
    record: find,
    async secrets(account) {
      const record = await find(account);
      return record === undefined ? undefined : readSecrets(engine, record);
    },
    close,
  };
}
