/**
 * What SARIF 2.1.0 asks of the parts that we write, after the tables of the OASIS standard (sections 3.13 to
 * 3.58): objects are closed, so that a property which the standard does not have is found.
 */
export const sarifSchema = {
  $ref: '#/$defs/log',
  $defs: {
    log: object(
      {
        $schema: text(),
        version: { const: '2.1.0' },
        runs: { type: 'array', items: ref('run') },
      },
      ['version', 'runs'],
    ),
    run: object(
      {
        tool: object({ driver: ref('toolComponent') }, ['driver']),
        originalUriBaseIds: { type: 'object', additionalProperties: ref('artifactLocation') },
        columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
        results: { type: 'array', items: ref('result') },
      },
      ['tool'],
    ),
    toolComponent: object(
      {
        name: text(),
        semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
        rules: { type: 'array', uniqueItems: true, items: ref('rule') },
      },
      ['name'],
    ),
    rule: object(
      {
        id: text(),
        shortDescription: ref('multiformat'),
        fullDescription: ref('multiformat'),
        help: ref('multiformat'),
        defaultConfiguration: object({ level: ref('level') }),
      },
      ['id'],
    ),
    multiformat: object({ text: text(), markdown: text() }, ['text']),
    level: { enum: ['none', 'note', 'warning', 'error'] },
    result: object(
      {
        ruleId: text(),
        ruleIndex: { type: 'integer', minimum: -1 },
        level: ref('level'),
        message: ref('message'),
        locations: { type: 'array', items: ref('location') },
        relatedLocations: { type: 'array', uniqueItems: true, items: ref('location') },
        partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
        fixes: { type: 'array', uniqueItems: true, items: ref('fix') },
      },
      ['message'],
    ),
    message: object({ text: text() }, ['text']),
    location: object({
      id: { type: 'integer', minimum: -1 },
      physicalLocation: object({ artifactLocation: ref('artifactLocation'), region: ref('region') }),
      logicalLocations: {
        type: 'array',
        uniqueItems: true,
        items: object({ fullyQualifiedName: text() }),
      },
      message: ref('message'),
    }),
    artifactLocation: object({
      uri: { type: 'string', pattern: "^([\\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$" },
      uriBaseId: text(),
      description: ref('message'),
    }),
    region: object({ startLine: line(), startColumn: line(), endLine: line(), endColumn: line() }),
    fix: object(
      {
        description: ref('message'),
        artifactChanges: { type: 'array', minItems: 1, uniqueItems: true, items: ref('artifactChange') },
      },
      ['artifactChanges'],
    ),
    artifactChange: object(
      {
        artifactLocation: ref('artifactLocation'),
        replacements: {
          type: 'array',
          minItems: 1,
          items: object(
            { deletedRegion: ref('region'), insertedContent: object({ text: { type: 'string' } }) },
            ['deletedRegion'],
          ),
        },
      },
      ['artifactLocation', 'replacements'],
    ),
  },
};

function object(properties: object, required: string[] = []) {
  return { type: 'object', properties, required, additionalProperties: false };
}

function ref(name: string) {
  return { $ref: `#/$defs/${name}` };
}

function text() {
  return { type: 'string', minLength: 1 };
}

function line() {
  return { type: 'integer', minimum: 1 };
}
