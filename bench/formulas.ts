import jsonata from 'jsonata';
import { compileFormula } from '../src/formulas/compile.js';
import { compare, type Figure } from './measure.js';

const variables = {
  input: {
    id: 'c-1',
    first: 'Ada',
    last: 'Lovelace',
    email: 'ada@analytical.example',
    phone: '+44 20 7946 0000',
    status: 'open',
    age: 36,
    vip: true,
    score: 12.5,
    created: '2024-02-03T04:05:06Z',
    address: {
      street: '12 St James Square',
      city: 'London',
      zip: 'W1',
      country: { code: 'GB', name: 'United Kingdom' },
    },
    company: { name: 'Analytical Engines', domain: 'analytical.example', size: 12 },
    owner: { id: 'u-7', name: 'Charles Babbage' },
  },
};

/** A mapping of 20 fields as elements have them: most are `$var`, some are put together or translated. */
const mapping = {
  id: { $var: '$.input.id' },
  firstName: { $var: '$.input.first' },
  lastName: { $var: '$.input.last' },
  fullName: { $concat: { values: [{ $var: '$.input.first' }, { $var: '$.input.last' }], delimiter: ' ' } },
  email: { $var: '$.input.email' },
  phone: { $var: '$.input.phone' },
  age: { $var: '$.input.age' },
  vip: { $var: '$.input.vip' },
  score: { $var: '$.input.score' },
  createdAt: { $var: '$.input.created' },
  adult: { $eval: { $var: '$.input.age' }, gte: 18 },
  status: {
    $map: {
      value: { $var: '$.input.status' },
      mapping: [
        { from: 'new', to: 'Lead' },
        { from: 'open', to: 'Active' },
        { from: 'closed', to: 'Past' },
      ],
    },
  },
  tier: {
    $case: {
      cases: [{ filter: { $eval: { $var: '$.input.company.size' }, gt: 100 }, value: 'enterprise' }],
      default: 'team',
    },
  },
  source: 'crm',
  address: {
    street: { $var: '$.input.address.street' },
    city: { $var: '$.input.address.city' },
    zip: { $var: '$.input.address.zip' },
    country: { $var: '$.input.address.country.code' },
  },
  company: { $var: '$.input.company.name' },
  domain: { $var: '$.input.company.domain' },
  ownerId: { $var: '$.input.owner.id' },
  ownerName: { $var: '$.input.owner.name' },
  fax: { $var: '$.input.fax' },
};

/** What the variables look like to who writes by hand. */
interface Contact {
  readonly input?: { readonly [name: string]: unknown } & {
    readonly address?: {
      readonly street?: string;
      readonly city?: string;
      readonly zip?: string;
      readonly country?: { readonly code?: string };
    };
    readonly company?: { readonly name?: string; readonly domain?: string; readonly size?: number };
    readonly owner?: { readonly id?: string; readonly name?: string };
    readonly age?: number;
    readonly status?: string;
  };
}

type Part = (variables: Contact) => unknown;

const statuses = new Map([
  ['new', 'Lead'],
  ['open', 'Active'],
  ['closed', 'Past'],
]);

/** The same as closures that somebody wrote by hand for this one mapping. */
const byHand: Part = fields({
  id: ({ input }) => input?.['id'],
  firstName: ({ input }) => input?.['first'],
  lastName: ({ input }) => input?.['last'],
  fullName: ({ input }) => [input?.['first'], input?.['last']].filter(Boolean).join(' ') || undefined,
  email: ({ input }) => input?.['email'],
  phone: ({ input }) => input?.['phone'],
  age: ({ input }) => input?.age,
  vip: ({ input }) => input?.['vip'],
  score: ({ input }) => input?.['score'],
  createdAt: ({ input }) => input?.['created'],
  adult: ({ input }) => (input?.age ?? 0) >= 18,
  status: ({ input }) => statuses.get(input?.status ?? ''),
  tier: ({ input }) => ((input?.company?.size ?? 0) > 100 ? 'enterprise' : 'team'),
  source: () => 'crm',
  address: fields({
    street: ({ input }) => input?.address?.street,
    city: ({ input }) => input?.address?.city,
    zip: ({ input }) => input?.address?.zip,
    country: ({ input }) => input?.address?.country?.code,
  }),
  company: ({ input }) => input?.company?.name,
  domain: ({ input }) => input?.company?.domain,
  ownerId: ({ input }) => input?.owner?.id,
  ownerName: ({ input }) => input?.owner?.name,
  fax: ({ input }) => input?.['fax'],
});

const inJsonata = `{
  "id": input.id, "firstName": input.first, "lastName": input.last, "fullName": input.first & ' ' & input.last,
  "email": input.email, "phone": input.phone, "age": input.age, "vip": input.vip, "score": input.score,
  "createdAt": input.created, "adult": input.age >= 18,
  "status": $lookup({"new": "Lead", "open": "Active", "closed": "Past"}, input.status),
  "tier": input.company.size > 100 ? 'enterprise' : 'team', "source": 'crm',
  "address": {"street": input.address.street, "city": input.address.city, "zip": input.address.zip,
    "country": input.address.country.code},
  "company": input.company.name, "domain": input.company.domain, "ownerId": input.owner.id,
  "ownerName": input.owner.name, "fax": input.fax
}`;

/** How many times a second a 20-field mapping is evaluated, synchronously. */
export async function benchFormulas(): Promise<Figure[]> {
  const { evaluate } = compileFormula(mapping);
  const expression = jsonata(inJsonata);
  const results = [evaluate(variables), byHand(variables), await expression.evaluate(variables)];
  const [ours, ...others] = results.map((result) => JSON.stringify(result));
  if (others.some((other) => other !== ours))
    throw new Error(`the mappings differ: ${[ours, ...others].join('\n')}`);
  const subject = () => perSecond(300_000, () => evaluate(variables));
  const closures = await compare(7, subject, () => perSecond(300_000, () => byHand(variables)));
  const slow = await compare(3, subject, () => perSecondLater(5_000, () => expression.evaluate(variables)));
  return [
    {
      name: '20-field mapping, closures by hand',
      ...closures,
      ratio: closures.value / closures.floor,
      unit: '/s',
      aim: '>= 0.5',
    },
    { name: '20-field mapping, jsonata', ...slow, ratio: slow.value / slow.floor, unit: '/s' },
  ];
}

function fields(parts: Readonly<Record<string, Part>>): Part {
  const entries = Object.entries(parts);
  return (variables) => {
    const object: Record<string, unknown> = {};
    for (const [name, part] of entries) {
      const value = part(variables);
      if (value !== undefined) object[name] = value;
    }
    return object;
  };
}

function perSecond(times: number, run: () => unknown): number {
  const started = performance.now();
  for (let index = 0; index < times; index += 1) run();
  return (times * 1_000) / (performance.now() - started);
}

async function perSecondLater(times: number, run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let index = 0; index < times; index += 1) await run();
  return (times * 1_000) / (performance.now() - started);
}
