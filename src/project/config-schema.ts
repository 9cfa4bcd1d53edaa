import { codes } from '../core/codes.js';
import { notificationPatterns } from '../core/notification.js';
import { ruleLevels } from '../core/rules.js';
import type { JsonSchema } from '../core/schema.js';

const minutes = { type: 'number', exclusiveMinimum: 0 };

/** The schema of `membrane.yaml`. Every key has a default: an empty file is a working project. */
export const configSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'membrane.yaml',
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { type: 'string', description: "name of the project; default: its folder's name" },
    version: { type: 'string', description: 'version of the project; default 0.0.0' },
    packages: {
      type: 'array',
      items: { type: 'string' },
      description: 'globs of folders and names of npm packages that hold more elements; default packages/*',
    },
    app: {
      type: 'object',
      additionalProperties: false,
      description: "how to call your own product's API",
      properties: {
        baseUri: { type: 'string', description: 'address that relative uris start from' },
        headers: { type: 'object', description: 'headers of every request' },
        auth: {
          type: 'object',
          additionalProperties: false,
          required: ['username', 'password'],
          properties: { username: { type: 'string' }, password: { type: 'string' } },
          description: 'basic authentication',
        },
        secret: {
          type: 'string',
          minLength: 1,
          description: 'signs events that are sent to your product: ${NAME}, an environment variable',
        },
      },
    },
    parameters: {
      type: 'object',
      additionalProperties: { type: 'object' },
      description: 'connector parameters per integration key; secrets do not belong here',
    },
    store: {
      type: 'object',
      additionalProperties: false,
      description: 'the state database',
      properties: {
        synchronous: {
          enum: ['normal', 'full'],
          description: 'full covers power loss, and is slower; default normal',
        },
      },
    },
    secrets: {
      enum: ['keychain', 'file', 'env'],
      description:
        "where credentials are kept: the system's keychain, an encrypted file, or variables; default keychain",
    },
    notifications: {
      type: 'array',
      description: 'where notifications are sent',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['url'],
        properties: {
          url: {
            type: 'string',
            pattern: '^(https?://|\\$\\{)',
            description: 'where to post; ${NAME} is an environment variable',
          },
          secret: { type: 'string', minLength: 1, description: 'signs what is sent: ${NAME}' },
          events: {
            type: 'array',
            items: { enum: [...notificationPatterns] },
            description: 'what to tell; flowRun.* is all of one sort; default all',
          },
          giveUpAfterHours: {
            ...minutes,
            description: 'how long it is tried to send something; default 72',
          },
        },
      },
    },
    limits: {
      type: 'object',
      additionalProperties: false,
      description: 'limits of one run',
      properties: {
        actionSeconds: { ...minutes, description: 'one action run; default 60' },
        flowRunMinutes: { ...minutes, description: 'one flow run; default 50' },
        requestSeconds: {
          ...minutes,
          description: 'one try of one request, or its longest silence with a file; default 30',
        },
        responseMegabytes: { ...minutes, description: 'one response body; default 50' },
        fileMegabytes: { ...minutes, description: 'one file that is downloaded or stored; default 1024' },
        outputMegabytes: { ...minutes, description: 'the output of one node run; default 10' },
        loggedBodyKilobytes: { type: 'number', minimum: 0, description: 'a body in the log; default 64' },
        javascriptSeconds: { ...minutes, description: 'computing of one function in code; default 10' },
        javascriptMegabytes: { ...minutes, description: 'memory of one function in code; default 64' },
        formulaDepth: { type: 'integer', minimum: 1, description: 'nesting of formulas; default 100' },
        listPages: { type: 'integer', minimum: 1, description: 'pages of one list; default 10000' },
        listMinutes: { ...minutes, description: 'all pages of one list; default 15' },
        webhookKilobytes: { ...minutes, description: 'one webhook that is received; default 1024' },
      },
    },
    validate: {
      type: 'object',
      additionalProperties: false,
      description: 'how strict membrane validate is',
      properties: {
        rules: {
          type: 'object',
          propertyNames: { enum: Object.keys(codes) },
          additionalProperties: { enum: [...ruleLevels] },
          description: 'how bad a finding is by its code: off, warn or error',
        },
      },
    },
    watch: {
      type: 'object',
      additionalProperties: false,
      description: 'how membrane watch works',
      properties: {
        firstRun: {
          type: 'string',
          pattern: '^(latest|all|\\d{4}-\\d\\d-\\d\\d.*)$',
          description:
            'what the first look takes for events: latest (nothing), all, or a date since when; default latest',
        },
        eventsPerRun: {
          type: 'integer',
          minimum: 1,
          description: 'events that start one flow run; default 100',
        },
        attempts: { type: 'integer', minimum: 1, description: 'tries to deliver an event; default 10' },
        parallelPulls: { type: 'integer', minimum: 1, description: 'looks at once; default 8' },
        listen: {
          type: ['string', 'integer'],
          pattern: '^(.+:)?\\d{1,5}$',
          minimum: 0,
          maximum: 65_535,
          description: 'where webhooks are received: PORT, or HOST:PORT; default: nowhere',
        },
        publicUrl: {
          type: 'string',
          pattern: '^(https?://[^/?#]+|\\$\\{)',
          description: 'what others reach the receiver at, such as the address of a tunnel',
        },
        appEventSecret: {
          type: 'string',
          minLength: 1,
          description: 'proves that events of your app come from it; a ${VARIABLE} of the environment',
        },
      },
    },
    retention: {
      type: 'object',
      additionalProperties: false,
      description: 'how long logs are kept',
      properties: {
        days: { ...minutes, description: 'age of the oldest entry; default 30' },
        runs: { type: 'integer', minimum: 1, description: 'number of entries of each sort; default 10000' },
      },
    },
  },
};

/** The schema of `connections/KEY/connection.yaml`. */
export const connectionSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'connection.yaml',
  type: 'object',
  additionalProperties: false,
  properties: {
    tenantKey: { type: 'string', minLength: 1, description: 'whose connection it is; default local' },
  },
};

/** The schema of `package.yaml`. */
export const packageSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'package.yaml',
  type: 'object',
  additionalProperties: false,
  properties: {
    key: { type: 'string', description: "key of the package; default: its folder's name" },
    name: { type: 'string' },
    version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$' },
    description: { type: 'string' },
    dependencies: { type: 'object', additionalProperties: { type: 'string' } },
  },
};
