/** What the tests use of it; the package has no types of its own. */
declare module 'oidc-provider' {
  import type { EventEmitter } from 'node:events';
  import type { RequestListener } from 'node:http';

  export default class Provider extends EventEmitter {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
    readonly AccessToken: Tokens;
    readonly RefreshToken: Tokens;
    readonly Client: { find(id: string): Promise<object | undefined> };
    readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    readonly ClientCredentials: { find(value: string): Promise<{ readonly accountId?: string } | undefined> };
  }

  interface Tokens {
    new (of: object): { save(): Promise<string> };
    find(value: string): Promise<{ readonly accountId?: string } | undefined>;
  }
}
