/** What a browser shows that brought an answer. */
export interface CallbackPage {
  readonly ok: boolean;
  readonly title: string;
  readonly text: string;
}

/** Listens for browsers that an authorization server sends back. */
export interface CallbackListener {
  /** As the authorization server must be told. */
  readonly redirectUri: string;
  /** Answers what is under way, then listens no more. */
  close(): Promise<void>;
}

/** Where an authorization server sends a person back to: an address on this machine, for this machine only. */
export interface Callbacks {
  /**
   * Listens on a free port, or where `redirectUri` says. `receive` judges what a request to its path brought, and
   * gives the page to show; undefined for what is no answer. Rejects with `auth/port` where the port cannot be had;
   * resolves with undefined where the redirect URI is not on this machine.
   */
  listen(
    redirectUri: string | undefined,
    receive: (query: Readonly<Record<string, string>>) => CallbackPage | undefined,
  ): Promise<CallbackListener | undefined>;
}
