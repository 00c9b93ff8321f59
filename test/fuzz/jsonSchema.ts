/** As much of JSON Schema (draft 2020-12) as the published schema uses, so that a test can hold it against the validator. */
type Rule = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject, array: Array.isArray, string: (v) => typeof v === 'string', boolean: (v) => typeof v === 'boolean', number: (v) => typeof v === 'number', integer: Number.isInteger,
};
/** Keywords that say nothing about validity. */
const WORDS = new Set(['$schema', '$id', '$defs', 'title', 'description']);

/** The paths at which a value breaks a schema; empty when it is valid. Throws on a keyword that it does not know. */
export function schemaErrors(rule: Rule, value: unknown, root: Rule = rule, path = ''): string[] {
  const errors: string[] = [];
  const fail = (keyword: string) => { errors.push(`${path} ${keyword}`); };
  const sub = (inner: unknown, item: unknown, key: string) => { errors.push(...schemaErrors(inner as Rule, item, root, `${path}/${key}`)); };
  for (const [keyword, wanted] of Object.entries(rule)) {
    if (WORDS.has(keyword)) continue;
    const n = wanted as number;
    switch (keyword) {
      case '$ref': sub(String(wanted).slice(2).split('/').reduce<unknown>((at, key) => (at as Rule)[key], root), value, '$ref'); break;
      case 'type': if (!TYPES[String(wanted)]!(value)) fail('type'); break;
      case 'const': if (value !== wanted) fail('const'); break;
      case 'enum': if (!(wanted as unknown[]).includes(value)) fail('enum'); break;
      case 'minimum': if (typeof value === 'number' && value < n) fail(keyword); break;
      case 'exclusiveMinimum': if (typeof value === 'number' && value <= n) fail(keyword); break;
      case 'maximum': if (typeof value === 'number' && value > n) fail(keyword); break;
      case 'minLength': if (typeof value === 'string' && value.length < n) fail(keyword); break;
      case 'maxLength': if (typeof value === 'string' && value.length > n) fail(keyword); break;
      case 'pattern': if (typeof value === 'string' && !new RegExp(String(wanted)).test(value)) fail(keyword); break;
      case 'minItems': if (Array.isArray(value) && value.length < n) fail(keyword); break;
      case 'maxItems': if (Array.isArray(value) && value.length > n) fail(keyword); break;
      case 'items': if (Array.isArray(value)) value.forEach((item, i) => sub(wanted, item, String(i))); break;
      case 'required': if (isObject(value)) for (const key of wanted as string[]) if (!Object.hasOwn(value, key)) fail(`required ${key}`); break;
      case 'properties': if (isObject(value)) for (const [key, inner] of Object.entries(wanted as Rule)) if (Object.hasOwn(value, key)) sub(inner, value[key], key); break;
      case 'additionalProperties':
        if (isObject(value)) {
          const known = (rule.properties ?? {}) as Rule;
          for (const key of Object.keys(value)) {
            if (Object.hasOwn(known, key)) continue;
            if (wanted === false) fail(`additional ${key}`);
            else sub(wanted, value[key], key);
          }
        }
        break;
      case 'oneOf': if ((wanted as Rule[]).filter((inner) => schemaErrors(inner, value, root).length === 0).length !== 1) fail(keyword); break;
      default: throw new Error(`The test does not know the keyword ${keyword}.`);
    }
  }
  return errors;
}
