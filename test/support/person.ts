/** A person with a browser, as far as forms go: cookies, redirects, and fields that want a value. */
export interface Person {
  /**
   * Goes to an address of the provider, logs in and agrees. Resolves with the address of another host that it ends
   * at, unvisited; with undefined where it ends at the provider.
   */
  agree(url: string): Promise<string | undefined>;
  /** The same, but turns away at the first form. */
  refuse(url: string): Promise<string | undefined>;
}

export function person(login = 'ada'): Person {
  const cookies = new Map<string, string>();
  const visit = async (url: string, form?: URLSearchParams): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const walk = async (start: string, isRefusing: boolean): Promise<string | undefined> => {
    let url = start;
    let form: URLSearchParams | undefined;
    let refused = false;
    for (let steps = 0; steps < 20; steps += 1) {
      if (new URL(url).host !== new URL(start).host) return url;
      const response = await visit(url, form);
      form = undefined;
      const location = response.headers.get('location');
      if (location !== null) {
        url = new URL(location, url).href;
        continue;
      }
      const page = await response.text();
      const abort = /href="([^"]*\/abort)"/.exec(page)?.[1];
      if (isRefusing && abort !== undefined) {
        url = new URL(abort, url).href;
        refused = true;
        continue;
      }
      const found = refused ? undefined : formIn(page, login);
      if (found === undefined) return undefined;
      url = new URL(found.action, url).href;
      form = found.fields;
    }
    throw new Error(`the provider goes round in circles at ${url}`);
  };
  return { agree: (url) => walk(url, false), refuse: (url) => walk(url, true) };
}

/** The first form of a page, filled in. */
function formIn(page: string, login: string): { action: string; fields: URLSearchParams } | undefined {
  const [form, tag = ''] = /(<form[^>]*>)[\s\S]*?<\/form>/.exec(page) ?? [];
  if (form === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const name = attribute(input, 'name');
    if (name !== undefined) fields.set(name, attribute(input, 'value') ?? login);
  }
  return { action: attribute(tag, 'action') ?? '', fields };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');
}
