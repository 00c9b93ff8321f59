/** The published JSON Schema of run documents (draft 2020-12), printed from the same shapes by which documents are validated. */
import type { Json } from '../kernel/contract.ts';
import { DOCUMENT_VERSION, LIMITS } from './document-limits.ts';
import { documentFields, type Fields, type Shape } from './schema-shapes.ts';

type Schema = { [key: string]: Json };

const DISTRIBUTION: Schema = {
  description: 'How long something takes: a kind such as constant, exponential or lognormal and its parameters, in milliseconds.',
  type: 'object',
  properties: { kind: { type: 'string' } },
  required: ['kind'],
};
const PARAMS: Schema = { description: 'Parameters by name; their ranges are those of the layer\'s engine.', type: 'object' };

const about = (shape: Shape): Schema => (shape.about === undefined ? {} : { description: shape.about });

function objectOf(fields: Fields, tag?: string): Schema {
  const properties: Schema = tag === undefined ? {} : { kind: { const: tag } };
  const required: string[] = tag === undefined ? [] : ['kind'];
  for (const [key, shape] of Object.entries(fields)) {
    properties[key] = schemaOf(shape);
    if (shape.optional !== true) required.push(key);
  }
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** The JSON Schema of a shape. */
export function schemaOf(shape: Shape): Schema {
  switch (shape.kind) {
    case 'number':
      return { ...about(shape), type: shape.integer === true ? 'integer' : 'number', [shape.aboveMin === true ? 'exclusiveMinimum' : 'minimum']: shape.min, maximum: shape.max };
    case 'text':
      return { ...about(shape), type: 'string', minLength: shape.min ?? 0, maxLength: shape.max, ...(shape.fresh === true && { pattern: '^[A-Za-z][A-Za-z0-9_-]*$' }) };
    case 'name':
      return { ...about(shape), type: 'string', ...(shape.about === undefined && { description: `Name of a ${shape.of}.` }) };
    case 'choice':
      return { ...about(shape), enum: [...shape.options] };
    case 'flag':
      return { ...about(shape), type: 'boolean' };
    case 'constant':
      return { ...about(shape), const: shape.value };
    case 'distribution':
      return { $ref: '#/$defs/distribution' };
    case 'params':
      return { $ref: '#/$defs/params' };
    case 'list':
      return { ...about(shape), type: 'array', items: schemaOf(shape.of), ...(shape.min !== undefined && { minItems: shape.min }), maxItems: shape.max };
    case 'record':
      return { ...about(shape), type: 'object', additionalProperties: schemaOf(shape.of) };
    case 'object':
      return { ...about(shape), ...objectOf(shape.fields) };
    case 'union':
      return { ...about(shape), oneOf: Object.entries(shape.options).map(([tag, fields]) => objectOf(fields, tag)) };
  }
}

/** The whole schema: what public/schema/run-document.v1.json holds. */
export const documentSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'run-document.v1.json',
  title: 'Patternscope run document',
  description:
    `Everything that decides a run: the same document gives the same run everywhere. At most ${LIMITS.size} characters. This schema knows the form of a document; `
    + 'names and ranges that depend on the pattern are checked when it is opened.',
  ...objectOf(documentFields),
  $defs: { distribution: DISTRIBUTION, params: PARAMS },
};

/** The schema as the text of its file. */
export const schemaText = (): string => `${JSON.stringify(documentSchema, null, 2)}\n`;

/** Name of the published file, below `public/`. */
export const SCHEMA_FILE = `schema/run-document.v${DOCUMENT_VERSION}.json`;
